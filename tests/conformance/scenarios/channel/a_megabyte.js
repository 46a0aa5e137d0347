// A message of a megabyte arrives whole, in both directions.
'use strict';
const { playParts, startPart, trace } = require('../../scenario');

const text = 'ä😀'.repeat(175_000);

playParts({
  parent() {
    const child = startPart('child');
    child.on('message', (message) => {
      trace('parent', 'message', message.text === text, message.count);
      child.disconnect();
    });
    child.send({ text });
  },

  child() {
    process.on('message', (message) => {
      trace('child', 'message', message.text === text);
      process.send({ text, count: [...message.text].length });
    });
  },
});
