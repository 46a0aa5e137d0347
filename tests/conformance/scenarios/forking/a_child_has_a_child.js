// A child that forks has a channel to each side, and its child has only its own.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'message', 'disconnect', 'exit');
    child.send('down');
  },

  child() {
    const grandchild = startPart('grandchild');
    watch(grandchild, 'child', 'disconnect', 'exit');
    grandchild.once('message', (message) => process.send(`${message}, up`));
    process.once('message', (message) => grandchild.send(`${message}, down`));
  },

  grandchild() {
    trace('grandchild', 'connected', process.connected);
    process.once('message', (message) => process.send(`${message}, up`));
  },
});
