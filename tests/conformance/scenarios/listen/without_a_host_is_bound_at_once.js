// With no name to look up, the server is bound when listen() returns; the event comes later.
'use strict';
const net = require('node:net');
const { play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  server.listen(0, () => {
    trace('server', 'listening');
    server.close();
  });
  const { address, family, port } = server.address();
  trace('server', 'listen returned', server.listening, address, family, port > 0);
});
