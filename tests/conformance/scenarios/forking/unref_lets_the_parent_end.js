// A parent that unrefs the child and its channel ends first; the child sees the channel close.
'use strict';
const { later, once, playParts, startPart, trace, watch } = require('../../scenario');

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
    process.on('disconnect', () => {
      trace('child', 'disconnect');
      later(0.05, () => trace('child', 'ends'));
    });
    process.send('ready');
  },
});
