// destroy() with data queued: the callbacks of what was not sent learn of it.
// since: 26
'use strict';
const { once, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { pauseOnConnect: true } });
  watch(client, 'client', 'drain', 'finish', 'error', 'close');
  // More than the system's buffers take.
  client.write(Buffer.alloc(64 << 20), (error) => trace('callbacks', 'first', Boolean(error)));
  client.write('more', (error) => trace('callbacks', 'second', Boolean(error)));
  trace('client', 'waiting', client.writableLength > 0, client.writableNeedDrain);
  client.destroy();
  await once(client, 'close');
  peer.on('error', () => {});
  peer.destroy();
});
