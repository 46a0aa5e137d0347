// A limit that is raised lets the next client in.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const server = await serve();
  server.maxConnections = 1;
  const port = portOf(server);
  server.on('drop', () => trace('server', 'drop'));
  server.on('connection', () => trace('server', 'connection'));
  const first = net.createConnection(port, '127.0.0.1');
  await once(first, 'connect');
  const second = net.createConnection(port, '127.0.0.1');
  await once(second.resume(), 'close');
  server.maxConnections = 2;
  const third = net.createConnection(port, '127.0.0.1');
  await once(server, 'connection');
  first.destroy();
  third.destroy();
  server.close(() => trace('server', 'closed'));
});
