// A pipe carries data from one connection to another, and the end after it.
'use strict';
const { collect, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const left = await pair();
  const right = await pair();
  left.client.resume();
  right.peer.resume();
  watch(left.peer, 'source', 'end');
  watch(right.client, 'destination', 'pipe', 'finish');
  right.client.on('unpipe', (source) => trace('destination', 'unpipe', source));
  left.peer.pipe(right.client);
  collect(right.peer, 'far end');
  right.client.resume();
  left.client.end('x'.repeat(500000));
});
