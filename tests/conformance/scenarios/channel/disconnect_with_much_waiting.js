// Differs on purpose: Node's disconnect() gives up what the system has not taken yet, and tells the
// callbacks; netserve's closes the channel when everything sent has left.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    for (let number = 0; number < 60; number++) child.send('x'.repeat(20_000));
    child.send('over', (error) => trace('parent', 'sent', error));
    child.disconnect();
  },

  child() {
    let over = false;
    process.on('message', (message) => { over = message === 'over'; });
    process.on('disconnect', () => trace('child', 'disconnect', over));
  },
});
