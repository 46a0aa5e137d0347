// disconnect() of a closed channel emits an 'error' at each end.
'use strict';
const { once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'error', 'exit');
    await once(child, 'message');
    child.disconnect();
    child.disconnect();
    trace('parent', 'returned', child.connected);
  },

  child() {
    watch(process, 'child', 'disconnect', 'error');
    process.on('disconnect', () => process.disconnect());
    process.send('ready');
  },
});
