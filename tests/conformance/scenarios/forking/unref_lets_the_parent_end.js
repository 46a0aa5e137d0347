// A parent that unrefs the child and its channel ends first; the child sees the channel close.
// alone: what it is about is the end of the parent's program
'use strict';
const { once, playParts, sleep, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    await once(child, 'message');
    child.unref();
    child.channel.unref();
    trace('parent', 'ends');
  },

  child() {
    process.on('disconnect', async () => {
      trace('child', 'disconnect');
      await sleep(0.05);
      trace('child', 'ends');
    });
    process.send('ready');
  },
});
