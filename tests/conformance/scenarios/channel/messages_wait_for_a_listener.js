// Messages that nobody listens for yet wait, and come in order.
'use strict';
const { later, playParts, startPart, trace } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    for (const message of [1, 2, 3]) child.send(message);
    later(0.3, () => {
      child.on('message', (message) => trace('parent', 'message', message));
      child.on('message', (message) => message === 'words' && child.disconnect());
    });
  },

  child() {
    process.send('early');
    process.send('words');
    later(0.1, () => process.on('message', (message) => trace('child', 'message', message)));
  },
});
