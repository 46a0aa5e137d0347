// A server that can't listen on it says so by an event; the bound socket is gone all the same.
// since: 26
'use strict';
const net = require('node:net');
const { attempt, once, play, trace, watch } = require('../../scenario');

play(async () => {
  const bound = new net.BoundSocket({ host: '127.0.0.1' });
  const twin = new net.BoundSocket({ host: '127.0.0.1', port: bound.address().port });
  const first = net.createServer().listen(bound);
  await once(first, 'listening');
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen(twin);
  attempt('bound', 'address', () => twin.address());
  await once(server, 'error');
  trace('server', 'listening', server.listening, server.address());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  first.close();
});
