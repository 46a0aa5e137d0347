// max_connections = 0 drops everyone.
// since: 22
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const server = await serve(() => trace('server', 'connection'));
  server.maxConnections = 0;
  server.on('drop', () => trace('server', 'drop'));
  for (let round = 1; round <= 2; round++) {
    const client = net.createConnection(portOf(server), '127.0.0.1');
    await once(client.resume(), 'close');
  }
  server.close(() => trace('server', 'closed'));
});
