// The source of the last pipe is paused, whoever else listens; then its destination hears of it.
'use strict';
const { once, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  const other = await pair();
  watch(peer, 'server', 'pause', 'resume', 'data');
  other.client.on('unpipe', () => trace('server', 'unpipe', peer.isPaused()));
  other.client.on('error', () => trace('server', 'error', peer.isPaused()));
  peer.pipe(other.client);
  peer.unpipe(other.client);
  peer.unpipe();
  peer.pipe(other.client);
  other.client.destroy(new Error('on purpose'));
  other.peer.resume();
  await once(other.client, 'close');
  client.destroy();
  peer.destroy();
});
