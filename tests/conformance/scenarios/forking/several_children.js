// Several children at once, each with a channel of its own.
'use strict';
const { playParts, startPart, watch } = require('../../scenario');

playParts({
  parent() {
    for (const number of [1, 2, 3]) {
      const child = startPart('child');
      watch(child, `parent of ${number}`, 'message', 'disconnect', 'exit', 'close');
      child.send(number);
    }
  },

  child() {
    process.once('message', (number) => {
      process.send(number * 10);
      process.exit(number);
    });
  },
});
