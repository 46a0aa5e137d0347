// An accepted socket knows the server that accepted it; a client has none.
'use strict';
const { pair, play, trace } = require('../../scenario');

play(async () => {
  const { server, client, peer } = await pair();
  trace('server', 'server', peer.server === server);
  trace('client', 'server', client.server);
  client.destroy();
  peer.resume();
});
