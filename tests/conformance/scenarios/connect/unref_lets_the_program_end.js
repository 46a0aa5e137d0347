// A connection whose ends were both unref'd keeps nothing alive.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(client, 'client', 'close');
  watch(peer, 'server', 'close');
  client.resume();
  peer.resume();
  trace('client', 'chains', client.unref() === client);
  trace('server', 'chains', peer.unref() === peer);
});
