// 'exit' is the end of the program, 'close' that of its output, which others may still have.
'use strict';
const fs = require('node:fs');
const { collect, playParts, sleep, startPart, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child', { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    watch(child, 'parent', 'disconnect', 'exit', 'close');
    collect(child.stdout, 'parent');
  },

  child() {
    const heir = startPart('heir', { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    heir.once('message', () => process.exit(0));
  },

  heir() {
    process.on('disconnect', async () => {
      await sleep(0.1);
      fs.writeSync(1, 'late');
    });
    process.send('ready');
  },
});
