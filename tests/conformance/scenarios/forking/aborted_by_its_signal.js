// An abort ends the child: 'error', then its 'exit'. One that was aborted before starts too.
'use strict';
const { once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const controller = new AbortController();
    const child = startPart('child', { signal: controller.signal });
    watch(child, 'parent', 'spawn', 'error', 'disconnect', 'exit', 'close');
    await once(child, 'message');
    controller.abort();
    trace('parent', 'aborted', child.killed);
    await once(child, 'close');
    const late = startPart('child', { signal: AbortSignal.abort(), killSignal: 'SIGKILL' });
    watch(late, 'late', 'error', 'exit');
    trace('late', 'forked', typeof late.pid === 'number', late.killed);
  },

  child() {
    process.on('message', () => {});
    process.send('ready');
  },
});
