// 'timeout' tells of idleness and does nothing else; the callback runs once.
'use strict';
const { once, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.resume();
  client.resume();
  watch(client, 'client', 'timeout', 'close');
  trace('client', 'seconds', (client.timeout ?? 0) / 1000);
  const result = client.setTimeout(50, () => trace('client', 'callback'));
  trace('client', 'set', result === client, client.timeout / 1000);
  await once(client, 'timeout');
  trace('client', 'still open', client.destroyed, client.readyState);
  client.end('goodbye');
});
