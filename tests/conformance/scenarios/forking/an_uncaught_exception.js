// A child that an exception ends has exit code 1.
'use strict';
const { once, startPart, playParts, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child', { silent: true });
    watch(child, 'parent', 'disconnect', 'exit', 'close');
    child.stderr.setEncoding('utf8');
    let whole = '';
    child.stderr.on('data', (chunk) => { whole += chunk; });
    await once(child, 'close');
    trace('parent', 'stderr', whole.includes('a bug'));
  },

  child() {
    process.removeAllListeners('uncaughtException');
    process.on('message', () => {});
    throw new Error('a bug');
  },
});
