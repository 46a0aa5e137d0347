// A message of a megabyte arrives whole, in both directions.
'use strict';
const { playParts, startPart, trace } = require('../../scenario');

const TEXT = 'ä😀\u2028'.repeat(120_000);

playParts({
  parent() {
    const child = startPart('child');
    child.on('message', (message) => {
      trace('parent', 'message', message.text === TEXT, message.count);
      child.disconnect();
    });
    child.send({ text: TEXT });
  },

  child() {
    process.on('message', (message) => {
      trace('child', 'message', message.text === TEXT);
      process.send({ text: TEXT, count: [...message.text].length });
    });
  },
});
