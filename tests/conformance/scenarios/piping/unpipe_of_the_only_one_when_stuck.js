// The source of a stuck destination stays paused after it, unless somebody listens to its data.
'use strict';
const { Writable } = require('stream');
const { once, pair, play, trace } = require('../../scenario');

async function unpiped(listen) {
  const { client, peer } = await pair();
  if (listen) peer.on('data', () => {});
  const full = new Writable({ highWaterMark: 1, write() {} });
  peer.pipe(full);
  const paused = once(peer, 'pause');
  client.write('one');
  await paused;
  peer.unpipe(full);
  trace('source', 'paused', listen, peer.isPaused());
  client.destroy();
  peer.destroy();
}

play(async () => {
  await unpiped(false);
  await unpiped(true);
});
