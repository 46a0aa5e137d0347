// A stream of many megabytes through a pipe: counted on both sides, ended behind the last byte.
'use strict';
const { collect, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const left = await pair();
  const right = await pair();
  left.client.resume();
  right.peer.resume();
  watch(left.peer, 'source', 'end');
  watch(right.client, 'destination', 'pipe');
  left.peer.on('end', () => trace('source', 'read', left.peer.bytesRead));
  right.client.on('finish', () => {
    trace('destination', 'written', right.client.bytesWritten, right.client.writableLength);
  });
  left.peer.pipe(right.client);
  collect(right.peer, 'far end');
  right.client.resume();
  left.client.end('x'.repeat(20000001));
});
