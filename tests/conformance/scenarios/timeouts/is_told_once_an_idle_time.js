// Without activity 'timeout' is told once; activity starts the clock anew.
'use strict';
const { pair, play, sleep, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.resume();
  client.resume();
  let count = 0;
  client.setTimeout(50);
  client.on('timeout', () => { count += 1; });
  await sleep(0.3);
  trace('client', 'idle for long', count);
  client.write('x');
  await sleep(0.3);
  trace('client', 'idle again', count);
  client.destroy();
});
