// Where the other side's end has ended this one too, a later write is EPIPE and destroys.
'use strict';
const { once, pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.resume();
  watch(peer, 'server', 'end', 'finish', 'close');
  peer.on('error', ({ code }) => trace('server', 'error', code));
  // More than the system's buffers take, so that the end has to wait behind it.
  peer.write(Buffer.alloc(64 << 20));
  client.end();
  await once(peer, 'end');
  await sleep(0.05);
  trace('server', 'state', peer.writableEnded, peer.destroyed);
  trace('server', 'write', peer.write('x', ({ code }) => trace('callback', 'called', code)));
  await once(peer, 'close');
  client.destroy();
});
