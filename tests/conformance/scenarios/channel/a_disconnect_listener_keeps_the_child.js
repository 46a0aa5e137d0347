// A listener for 'disconnect' keeps the child alive too, until that comes.
'use strict';
const { later, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    child.on('message', () => later(0.1, () => child.disconnect()));
  },

  child() {
    process.send('ready');
    process.on('disconnect', () => trace('child', 'disconnect', process.connected));
  },
});
