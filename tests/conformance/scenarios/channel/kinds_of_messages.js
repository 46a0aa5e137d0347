// Every value that JSON has goes through the channel and back.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'message');
    const messages = [
      null, true, false, 0, -1.5, 2 ** 53 - 1, 1e300, '', 'text', 'žluťoučký 😀 \0 \n "\\',
      [], {}, [1, [2, [3, []]]], { a: { b: [null, { c: 'd' }] }, '': 0 }, { cmd: 'mine' },
    ];
    for (const message of messages) child.send(message);
    child.send('over');
  },

  child() {
    process.on('message', (message, handle) => {
      trace('child', 'message', message, handle);
      if (message === 'over') process.disconnect();
      else process.send(message);
    });
  },
});
