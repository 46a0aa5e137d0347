// An exception that leaves a message listener is an uncaught one.
'use strict';
const { playParts, startPart, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    child.send('go');
  },

  child() {
    process.once('message', () => {
      throw new Error('a bug');
    });
  },
});
