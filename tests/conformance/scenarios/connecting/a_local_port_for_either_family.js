// A local port that only the other family can have: the attempt that can not be made is passed
// over without a word.
// only: linux
'use strict';
const net = require('node:net');
const {
  alias, answering, localPort, once, play, portOf, serve, trace, tried, watchAttempts,
} = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume());
  const other = net.createServer();
  await once(other.listen({ port: localPort(), host: '::', ipv6Only: true }), 'listening');
  const client = net.createConnection({
    port: alias(portOf(server), '<port>'),
    host: 'a.example',
    localPort: localPort(),
    lookup: answering('::1', '127.0.0.1'),
  });
  watchAttempts(client, 'client');
  client.on('connect', () => {
    trace('client', 'connected', client.localPort, tried(client));
    client.destroy();
  });
  await once(client, 'close');
  server.close();
  other.close();
});
