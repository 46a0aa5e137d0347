// A destroyed socket has no idle time to set.
'use strict';
const { once, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.resume();
  client.setTimeout(30000);
  client.destroy();
  client.setTimeout(0);
  trace('client', 'timeout', client.timeout === 30000);
  await once(client, 'close');
  client.setTimeout(10, () => trace('client', 'timeout'));
  trace('client', 'timeout', client.timeout === 30000, client.listenerCount('timeout'));
});
