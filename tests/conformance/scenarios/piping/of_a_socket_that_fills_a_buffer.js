// A source that reads into a buffer of its own pipes no bytes, but its end.
'use strict';
const { collect, pair, play, trace } = require('../../scenario');

function onread(count, buffer) {
  trace('source', 'on_read', buffer.subarray(0, count));
  return true;
}

play(async () => {
  const left = await pair({ clientOptions: { onread: { buffer: Buffer.alloc(100), callback: onread } } });
  const right = await pair();
  left.peer.resume();
  right.client.resume();
  left.client.pipe(right.client);
  collect(right.peer, 'far end');
  left.peer.end('hello');
});
