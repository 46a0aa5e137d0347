// When the destination closes, the source is unpiped and stays open.
'use strict';
const { once, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const left = await pair();
  const right = await pair();
  left.client.resume();
  right.peer.resume();
  watch(right.client, 'destination', 'pipe', 'close');
  right.client.on('unpipe', (source) => trace('destination', 'unpipe', source));
  left.peer.pipe(right.client);
  right.client.destroy();
  await once(right.client, 'close');
  trace('source', 'open', left.peer.destroyed, left.peer.readable);
  left.peer.resume();
  left.client.end();
});
