// What is written after a socket was called off is refused; what waited is thrown away.
'use strict';
const { once, pair, play, trace } = require('../../scenario');

play(async () => {
  const controller = new AbortController();
  const { client, peer } = await pair({ clientOptions: { signal: controller.signal } });
  peer.on('error', () => {}).pause();
  client.on('error', (error) => trace('client', 'error', error));
  client.on('close', (hadError) => trace('client', 'close', hadError));
  client.write(Buffer.alloc(64 << 20));
  const closed = once(client, 'close');
  controller.abort();
  client.write('x', (error) => trace('late', 'written', error));
  await closed;
  peer.destroy();
});
