// A child that disconnects in its listener still hears what had arrived by then.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    for (const message of [1, 2, 3]) child.send(message);
  },

  child() {
    watch(process, 'child', 'disconnect');
    process.on('message', (message) => {
      trace('child', 'message', message, process.connected);
      if (message === 1) process.disconnect();
    });
  },
});
