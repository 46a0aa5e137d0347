// unpipe() takes the pipe apart: 'unpipe' is told, nothing more flows through.
'use strict';
const { collect, once, pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const left = await pair();
  const right = await pair();
  left.client.resume();
  right.client.resume();
  watch(right.client, 'destination', 'pipe');
  right.client.on('unpipe', (source) => trace('destination', 'unpipe', source));
  collect(right.peer, 'far end');
  left.peer.pipe(right.client);
  left.client.write('before');
  await once(right.peer, 'data');
  trace('source', 'chains', left.peer.unpipe(right.client) === left.peer);
  left.client.end('after');
  await sleep(0.05);
  trace('source', 'waits', left.peer.readableLength, left.peer.readableEnded);
  right.client.end();
  left.peer.resume();
});
