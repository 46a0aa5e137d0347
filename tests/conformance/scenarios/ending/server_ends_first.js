// Without allow_half_open on the client, the server's end closes the connection.
'use strict';
const { collect, pair, play, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(client, 'client', 'end', 'finish', 'close');
  watch(peer, 'server', 'end', 'finish', 'close');
  collect(client, 'client');
  collect(peer, 'server');
  peer.end('bye');
});
