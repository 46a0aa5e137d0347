// With serialization "advanced" bytes and infinity travel as what they are, next to all of JSON.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child', { serialization: 'advanced' });
    watch(child, 'parent', 'message', 'exit');
    const messages = [
      null, true, 0, -1, 1.5, 2 ** 40, '', 'text', 'žluťoučký 😀', [], {}, [1, [2, []]],
      { a: { b: [null, { c: 'd' }] } }, Buffer.from('bytes'), [Buffer.from('more'), 'text'],
    ];
    for (const message of messages) child.send(message);
    child.send(Infinity);
    child.send('over');
  },

  child() {
    process.on('message', (message, handle) => {
      if (message === 'over') {
        process.disconnect();
      } else if (message === Infinity) {
        trace('child', 'infinity');
      } else {
        trace('child', 'message', message, handle);
        process.send(message);
      }
    });
  },
});
