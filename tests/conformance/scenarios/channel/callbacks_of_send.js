// The callback of send() is called later, in order, with null: the system has the message.
'use strict';
const { playParts, startPart, trace } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    for (const number of [1, 2, 3]) {
      const room = child.send(number, (error) => trace('parent', 'sent', number, error));
      trace('parent', 'send returned', room);
    }
    child.on('message', () => child.disconnect());
  },

  child() {
    process.on('message', (message) => {
      trace('child', 'message', message);
      if (message !== 3) return;
      process.send('enough', (error) => trace('child', 'sent', error));
      trace('child', 'send returned');
    });
  },
});
