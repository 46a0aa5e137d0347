// destroy() without an error: no 'end', no 'finish', 'close' says there was no error.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(client, 'client', 'end', 'finish', 'error', 'close');
  watch(peer, 'server', 'end', 'close');
  peer.resume();
  trace('client', 'destroy', client.destroy() === client, client.destroyed);
  trace('client', 'state', client.readyState, client.readable, client.writable);
});
