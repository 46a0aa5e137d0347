// listen() takes a host name; address() tells what it turned out to be.
'use strict';
const net = require('node:net');
const { addressOf, play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  server.listen(0, 'localhost', () => {
    const { address, family } = addressOf(server);
    trace('server', 'listening', ['127.0.0.1', '::1'].includes(address), net.isIP(address),
      family);
    server.close();
  });
  trace('server', 'listen returned', server.listening);
});
