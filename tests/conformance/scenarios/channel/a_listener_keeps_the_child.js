// The channel keeps a child alive while it listens for messages; without the last listener it ends.
'use strict';
const { once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit', 'close');
    for (let round = 1; round <= 3; round++) {
      child.send(round);
      trace('parent', 'message', ...await once(child, 'message'));
    }
  },

  child() {
    process.on('message', function answer(message) {
      process.send(message);
      if (message === 3) process.off('message', answer);
    });
  },
});
