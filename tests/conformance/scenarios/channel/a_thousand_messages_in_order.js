// A thousand messages arrive in the order in which they were sent.
'use strict';
const { playParts, startPart, trace } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    const answers = [];
    child.on('message', (number) => {
      answers.push(number);
      if (answers.length < 1000) return;
      trace('parent', 'in order', answers.every((answer, at) => answer === at * 2));
      child.disconnect();
    });
    for (let number = 0; number < 1000; number++) child.send(number);
  },

  child() {
    process.on('message', (number) => process.send(number * 2));
  },
});
