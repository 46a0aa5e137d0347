// What a child sends just before it exits or is killed arrives, and comes before 'exit'.
'use strict';
const { once, playParts, startPart, watch } = require('../../scenario');

playParts({
  async parent() {
    const quitter = startPart('quitter');
    watch(quitter, 'parent', 'message', 'disconnect', 'exit', 'close');
    await once(quitter, 'close');
    const victim = startPart('victim');
    watch(victim, 'parent', 'message', 'disconnect', 'exit', 'close');
  },

  quitter() {
    for (const number of [1, 2, 3]) process.send(number);
    process.exit(4);
  },

  victim() {
    for (const number of [1, 2, 3]) process.send(number);
    process.kill(process.pid, 'SIGKILL');
  },
});
