// The code that a child exits with, without a word on the channel or after one.
'use strict';
const { once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    for (const code of [0, 3, 255]) {
      const child = startPart('child');
      watch(child, 'parent', 'message', 'exit', 'close');
      child.send(code);
      await once(child, 'close');
      trace('parent', 'state', child.exitCode, child.signalCode, child.killed);
    }
  },

  child() {
    process.on('message', (code) => {
      process.send('bye');
      process.exit(code);
    });
  },
});
