// A closed channel does not end the wait for the child; ref() takes unref() back.
'use strict';
const { once, playParts, sleep, startPart, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    await once(child, 'message');
    child.unref();
    child.disconnect();
    child.ref();
  },

  child() {
    process.on('disconnect', async () => {
      await sleep(0.1);
      process.exit(3);
    });
    process.send('ready');
  },
});
