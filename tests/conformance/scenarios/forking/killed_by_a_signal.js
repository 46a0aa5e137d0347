// kill() sends SIGTERM or the signal it is given: 'exit' has the signal in the place of a code.
'use strict';
const { once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    for (const signal of [undefined, 'SIGKILL', 'SIGUSR2', 15]) {
      const child = startPart('child');
      watch(child, 'parent', 'disconnect', 'exit', 'close');
      await once(child, 'message');
      trace('parent', 'kill', child.kill(signal), child.killed, child.signalCode);
      await once(child, 'close');
      trace('parent', 'state', child.exitCode, child.signalCode, child.killed);
    }
  },

  child() {
    process.on('message', () => {});
    process.send('ready');
  },
});
