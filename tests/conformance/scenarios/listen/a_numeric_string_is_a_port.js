// A string of digits is a port, not the name of a socket file.
'use strict';
const net = require('node:net');
const { addressOf, play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  server.listen('0', '127.0.0.1', () => {
    const { address, family, port } = addressOf(server);
    trace('server', 'listening', address, family, port > 0);
    server.close();
  });
});
