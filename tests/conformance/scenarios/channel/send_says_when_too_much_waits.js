// send() is false when much waits to be written; the callbacks come all the same, in order.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

const COUNT = 60;

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'message');
    const rooms = [];
    const told = [];
    for (let number = 0; number < COUNT; number++) {
      rooms.push(child.send('x'.repeat(20_000), (error) => {
        told.push(error === null && number === told.length);
        if (told.length === COUNT) {
          trace('parent', 'callbacks', told.every(Boolean));
          trace('parent', 'room again', child.send('over'));
        }
      }));
    }
    trace('parent', 'room', rooms[0], rooms.at(-1), told.length);
  },

  child() {
    let size = 0;
    process.on('message', (message) => {
      if (message !== 'over') size += message.length;
      else process.send(size, () => process.disconnect());
    });
  },
});
