// destroy(error): 'error' with it, then 'close' saying so; `errored` keeps it.
'use strict';
const { once, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(client, 'client', 'end', 'finish', 'error', 'close');
  watch(peer, 'server', 'end', 'close');
  peer.resume();
  trace('client', 'before', client.errored, client.closed);
  client.destroy(new Error('enough'));
  trace('client', 'destroy returned', client.errored, client.destroyed);
  await once(client, 'close');
  trace('client', 'after', client.errored, client.closed);
});
