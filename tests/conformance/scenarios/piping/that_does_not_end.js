// With end=False the destination stays open when the source has ended.
'use strict';
const { collect, once, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const left = await pair();
  const right = await pair();
  left.client.resume();
  right.client.resume();
  watch(right.client, 'destination', 'pipe', 'finish');
  right.client.on('unpipe', (source) => trace('destination', 'unpipe', source));
  left.peer.pipe(right.client, { end: false });
  collect(right.peer, 'far end');
  left.client.end('from the pipe, ');
  await once(left.peer, 'close');
  trace('destination', 'open', right.client.writable);
  right.client.end('by hand');
});
