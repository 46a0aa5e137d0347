// A socket piped into itself is an echo; its end ends it.
'use strict';
const { collect, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { allowHalfOpen: true } });
  watch(peer, 'server', 'pipe', 'end', 'finish', 'close');
  peer.on('unpipe', (source) => trace('server', 'unpipe', source));
  trace('server', 'returns the destination', peer.pipe(peer) === peer);
  collect(client, 'client');
  client.end('x'.repeat(300000));
});
