// A listener for one of the messages that wait gets the first.
// Differs on purpose: in Node the others are lost, here they go on waiting.
'use strict';
const { playParts, sleep, startPart, trace } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    for (const message of [1, 2, 3]) child.send(message);
    child.on('message', () => child.send(4));
  },

  async child() {
    await sleep(0.1);
    process.once('message', (message) => trace('child', 'once', message));
    await sleep(0.1);
    process.on('message', (message) => {
      trace('child', 'message', message);
      if (message === 4) process.disconnect();
    });
    process.send('go on');
  },
});
