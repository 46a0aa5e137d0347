// A detached child leads a group of its own, which a signal can be sent to.
'use strict';
const { once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child', { detached: true });
    watch(child, 'parent', 'exit', 'close');
    await once(child, 'message');
    process.kill(-child.pid, 'SIGTERM');
    await once(child, 'exit');
    trace('parent', 'killed', child.killed);
  },

  child() {
    process.on('message', () => {});
    process.send('ready');
  },
});
