// A server that does not listen takes every call, and says so where it matters.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  attempt('server', 'ref', () => server.ref());
  attempt('server', 'unref', () => server.unref());
  attempt('server', 'close', () => server.close());
  attempt('server', 'address', () => server.address());
  server.close((error) => trace('server', 'closed', error));
  server.getConnections((error, count) => trace('server', 'count', error, count));
  trace('server', 'state', server.listening, server.address());
});
