// A signal with a time is aborted when it is over, and keeps no program alive.
'use strict';
const { play, sleep, trace } = require('../../scenario');

play(async () => {
  AbortSignal.timeout(3600);
  const signal = AbortSignal.timeout(20);
  signal.addEventListener('abort', () => trace('signal', 'abort', signal.reason.name));
  trace('signal', 'new', signal.aborted);
  await sleep(0.2);
  trace('signal', 'over', signal.aborted);
});
