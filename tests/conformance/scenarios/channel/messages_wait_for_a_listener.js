// Messages that nobody listens for yet wait; a listener for one takes one.
'use strict';
const { later, playParts, startPart, trace } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    for (const message of [1, 2, 3, 4]) child.send(message);
    later(0.3, () => child.on('message', (message) => trace('parent', 'message', message)));
  },

  child() {
    process.send('early');
    process.send('words');
    later(0.1, () => {
      process.once('message', (message) => trace('child', 'once', message));
      later(0.1, () => {
        process.on('message', (message) => {
          trace('child', 'message', message);
          if (message === 4) later(0.3, () => process.disconnect());
        });
      });
    });
  },
});
