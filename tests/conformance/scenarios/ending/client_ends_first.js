// Without allow_half_open, the end of the other side ends this one too.
'use strict';
const { collect, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(client, 'client', 'end', 'finish', 'close');
  watch(peer, 'server', 'end', 'finish', 'close');
  collect(client, 'client');
  collect(peer, 'server');
  peer.on('end', () => trace('server', 'state at end', peer.writable, peer.readableEnded));
  client.end('bye');
});
