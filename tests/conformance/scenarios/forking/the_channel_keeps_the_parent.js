// unref() of the child alone does not let the parent end: the channel keeps it.
'use strict';
const { once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    watch(child, 'parent', 'message', 'disconnect');
    child.unref();
    child.send('ping');
    await once(child, 'disconnect');
    trace('parent', 'connected', child.connected);
  },

  child() {
    process.once('message', () => process.send('pong'));
  },
});
