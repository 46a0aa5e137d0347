// The callback of an empty write waits for uncork(), too.
'use strict';
const { pair, play, sleep, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.resume();
  client.resume();
  client.cork();
  client.write('', () => trace('client', 'written'));
  await sleep(0.02);
  trace('client', 'uncork');
  client.uncork();
  await sleep(0.02);
  client.end();
});
