// A signal that isn't one throws.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  const server = net.createServer();
  attempt('server', 'listen', () => server.listen({ port: 0, signal: 'INT' }));
  server.close();
});
