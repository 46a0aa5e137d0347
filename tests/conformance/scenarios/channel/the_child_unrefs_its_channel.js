// channel.unref() lets a child end though it listens; channel.ref() keeps one that does not.
'use strict';
const { later, once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const listener = startPart('listener');
    watch(listener, 'parent of the listener', 'exit');
    await once(listener, 'exit');
    const waiter = startPart('waiter');
    watch(waiter, 'parent of the waiter', 'message', 'exit');
    waiter.on('message', () => later(0.1, () => waiter.disconnect()));
  },

  listener() {
    process.channel.unref();
    process.on('message', () => trace('listener', 'message'));
  },

  waiter() {
    process.channel.ref();
    process.once('message', () => trace('waiter', 'message'));
    process.removeAllListeners('message');
    process.send('ready');
  },
});
