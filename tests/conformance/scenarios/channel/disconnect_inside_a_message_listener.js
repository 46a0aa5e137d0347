// A child that disconnects in its listener hears nothing more.
'use strict';
const { later, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    for (const message of [1, 2, 3]) child.send(message);
  },

  child() {
    watch(process, 'child', 'message', 'disconnect');
    process.on('message', () => {
      process.disconnect();
      later(0.1, () => trace('child', 'ends', process.connected));
    });
  },
});
