// Differs on purpose: Node's disconnect() gives up what the system has not taken yet, though the
// callbacks hear of no error; netserve's closes the channel when everything sent has left.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    for (let number = 0; number < 60; number++) child.send('x'.repeat(20_000));
    child.send('over', (error) => trace('callback', 'sent', error));
    child.disconnect();
  },

  child() {
    let last = '';
    process.on('message', (message) => { last = message; });
    process.on('disconnect', () => trace('child', 'disconnect', last === 'over'));
  },
});
