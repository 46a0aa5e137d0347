// With no name to look up, the server is bound when listen() returns; the event comes later.
'use strict';
const net = require('node:net');
const { addressOf, play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  server.listen(0, () => {
    trace('server', 'listening');
    server.close();
  });
  const { address, family, port } = addressOf(server);
  trace('server', 'listen returned', server.listening, address, family, port > 0);
});
