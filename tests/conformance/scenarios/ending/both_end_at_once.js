// Both sides end at once: each sees the other's data, then its end, then 'close'.
'use strict';
const { collect, pair, play, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(client, 'client', 'end', 'close');
  watch(peer, 'server', 'end', 'close');
  collect(client, 'client');
  collect(peer, 'server');
  client.end('from client');
  peer.end('from server');
});
