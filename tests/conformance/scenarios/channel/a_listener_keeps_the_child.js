// The channel keeps a child alive while it listens for messages, and no longer.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit', 'close');
    child.on('message', (number) => {
      trace('parent', 'message', number);
      if (number < 3) child.send(number + 1);
    });
    child.send(1);
  },

  child() {
    process.on('message', function answer(number) {
      process.send(number);
      if (number === 3) process.off('message', answer);
    });
  },
});
