// With allow_half_open a client goes on writing after the server's end.
'use strict';
const { collect, later, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ clientOptions: { allowHalfOpen: true } });
  watch(client, 'client', 'end', 'finish', 'close');
  watch(peer, 'server', 'end', 'finish', 'close');
  collect(client, 'client');
  collect(peer, 'server');
  client.on('end', () => {
    trace('client', 'state at end', client.readyState, client.writable);
    client.write('still ');
    later(0.05, () => client.end('here'));
  });
  peer.end('I am done');
});
