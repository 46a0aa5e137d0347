// A closed server can listen again, and serves.
'use strict';
const net = require('node:net');
const { collect, once, play, portOf, watch } = require('../../scenario');

play(async () => {
  const server = net.createServer((socket) => socket.end('hello'));
  watch(server, 'server', 'listening', 'close');
  for (let round = 1; round <= 3; round++) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = net.createConnection(portOf(server), '127.0.0.1');
    collect(client, 'client');
    await once(client, 'close');
    await once(server.close(), 'close');
  }
});
