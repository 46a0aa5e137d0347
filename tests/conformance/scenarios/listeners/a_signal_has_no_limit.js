// since: 26
// One signal may call off any number of things: there is no warning.
'use strict';
const { getMaxListeners } = require('node:events');
const { play, trace } = require('../../scenario');

process.on('warning', (warning) => trace('program', 'warning', warning.count));

play(() => {
  const { signal } = new AbortController();
  trace('signal', 'limit', getMaxListeners(signal));
  for (let more = 0; more < 20; more++) signal.addEventListener('abort', () => {});
  trace('signal', 'aborted', signal.aborted);
});
