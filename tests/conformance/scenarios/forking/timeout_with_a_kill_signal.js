// After `timeout` the child gets the kill signal; one that is faster does not.
'use strict';
const { once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const slow = startPart('child', { timeout: 300, killSignal: 'SIGKILL' });
    watch(slow, 'slow', 'disconnect', 'exit', 'close');
    await once(slow, 'close');
    trace('slow', 'killed', slow.killed);
    const fast = startPart('child', { timeout: 60000 });
    watch(fast, 'fast', 'disconnect', 'exit', 'close');
    fast.send('go');
    await once(fast, 'close');
    trace('fast', 'killed', fast.killed);
  },

  child() {
    process.once('message', () => {});
  },
});
