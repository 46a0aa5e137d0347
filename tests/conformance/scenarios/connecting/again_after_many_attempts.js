// A socket whose attempts all failed may connect again from its close listener, and again has
// several addresses to try.
// only: linux
'use strict';
const net = require('node:net');
const {
  alias, answering, once, play, portOf, serve, trace, tried, watchAttempts,
} = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume());
  const port = alias(portOf(server), '<port>');
  const client = new net.Socket();
  watchAttempts(client, 'client');
  client.on('error', (error) => trace('client', 'error', error.code));
  client.connect({ port, host: 'a.example', lookup: answering('127.0.0.2', '127.0.0.3') });
  await once(client, 'close');
  trace('client', 'tried', tried(client));
  client.connect({ port, host: 'a.example', lookup: answering('127.0.0.4', '127.0.0.1') });
  await once(client, 'connect');
  trace('client', 'tried', tried(client));
  client.destroy();
  server.close();
});
