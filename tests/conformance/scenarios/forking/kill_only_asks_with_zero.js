// kill(0) asks whether the child is there. A dead one gets no signal; an unknown signal throws.
'use strict';
const { attempt, once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    watch(child, 'parent', 'exit', 'close');
    await once(child, 'message');
    trace('parent', 'asked', child.kill(0), child.killed);
    for (const signal of ['SIGNOPE', 'TERM', 12345, -1]) {
      attempt('parent', `kill(${signal})`, () => child.kill(signal));
    }
    trace('parent', 'lives', child.connected, child.killed);
    child.send('go');
    await once(child, 'exit');
    trace('parent', 'asked', child.kill(0), child.kill(), child.killed);
  },

  child() {
    process.once('message', () => {});
    process.send('ready');
  },
});
