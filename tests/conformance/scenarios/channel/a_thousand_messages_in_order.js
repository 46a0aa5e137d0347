// A thousand messages arrive in the order in which they were sent.
'use strict';
const { playParts, startPart, trace } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    const answers = [];
    child.on('message', (number) => answers.push(number));
    child.on('disconnect', () => {
      const ordered = answers.every((number, at) => number === at * 2);
      trace('parent', 'disconnect', answers.length, ordered);
    });
    for (let number = 0; number < 1000; number++) child.send(number);
  },

  child() {
    process.on('message', (number) => {
      process.send(number * 2);
      if (number === 999) process.disconnect();
    });
  },
});
