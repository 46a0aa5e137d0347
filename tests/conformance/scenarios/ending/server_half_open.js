// With allow_half_open a server answers after the client's end, and must end on its own.
'use strict';
const { collect, later, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { allowHalfOpen: true } });
  trace('server', 'allow_half_open', peer.allowHalfOpen, client.allowHalfOpen);
  watch(client, 'client', 'end', 'finish', 'close');
  watch(peer, 'server', 'end', 'finish', 'close');
  collect(client, 'client');
  collect(peer, 'server');
  peer.on('end', () => {
    trace('server', 'state at end', peer.readyState, peer.writable);
    peer.write('part one, ');
    later(0.05, () => peer.end('part two'));
  });
  client.end('question');
});
