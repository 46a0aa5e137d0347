// write() after destroy(): the callback learns ERR_STREAM_DESTROYED, no event is told.
'use strict';
const { once, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.resume();
  watch(client, 'client', 'error', 'close');
  client.destroy();
  trace('client', 'write', client.write('x', (error) => trace('client', 'callback', error)));
  await once(client, 'close');
  trace('client', 'write', client.write('x', (error) => trace('client', 'callback', error)));
  trace('client', 'end', client.end('x') === client);
});
