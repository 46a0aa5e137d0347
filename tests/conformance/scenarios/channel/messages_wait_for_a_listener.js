// Messages that nobody listens for yet wait, and come in order.
'use strict';
const { later, playParts, sleep, startPart, trace } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    for (const message of [1, 2, 3]) child.send(message);
    later(0.3, () => child.on('message', (message) => {
      trace('parent', 'message', message);
      if (message === 'over') child.disconnect();
      else child.send(message);
    }));
  },

  async child() {
    process.send('early');
    process.send('words');
    await sleep(0.1);
    process.on('message', (message) => {
      trace('child', 'message', message);
      if (message === 'words') process.send('over');
    });
  },
});
