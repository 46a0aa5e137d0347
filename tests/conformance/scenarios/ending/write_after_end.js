// write() after end(): False, the callback and 'error' tell ERR_STREAM_WRITE_AFTER_END.
'use strict';
const { once, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { allowHalfOpen: true } });
  peer.on('error', () => {});
  peer.resume().on('close', () => trace('server', 'closed'));
  watch(client, 'client', 'error', 'finish', 'close');
  client.resume();
  client.end('last');
  trace('client', 'write', client.write('more', (error) => trace('client', 'callback', error)));
  await once(client, 'close');
  trace('client', 'errored', client.errored);
  peer.destroy();
});
