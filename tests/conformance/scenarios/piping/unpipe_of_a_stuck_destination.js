// A destination that holds the source up and is unpiped leaves the other one to go on.
'use strict';
const { Writable } = require('stream');
const { collect, once, pair, play, watch } = require('../../scenario');

play(async () => {
  const left = await pair();
  const right = await pair();
  left.client.resume();
  right.client.resume();
  watch(left.peer, 'source', 'pause', 'resume');
  const full = new Writable({ highWaterMark: 1, write() {} });
  left.peer.pipe(full);
  left.peer.pipe(right.client);
  collect(right.peer, 'far end');
  const paused = once(left.peer, 'pause');
  left.client.write('one');
  await paused;
  left.peer.unpipe(full);
  left.client.end(' two');
});
