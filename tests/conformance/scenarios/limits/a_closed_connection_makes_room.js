// When a connection has closed, the next client is let in.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => {
    trace('server', 'connection');
    peer.resume();
    peer.on('close', () => server.emit('room'));
  });
  server.maxConnections = 1;
  server.on('drop', () => trace('server', 'drop'));
  for (let round = 1; round <= 3; round++) {
    const client = net.createConnection(portOf(server), '127.0.0.1');
    await once(client, 'connect');
    const room = once(server, 'room');
    client.end();
    await room;
  }
  server.close(() => trace('server', 'closed'));
});
