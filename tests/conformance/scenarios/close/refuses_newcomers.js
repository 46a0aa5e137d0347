// A closed server refuses newcomers though an old connection is still open.
'use strict';
const net = require('node:net');
const { alias, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve();
  const accepted = once(server, 'connection');
  const port = alias(portOf(server), '<port>');
  const client = net.createConnection(port, '127.0.0.1');
  await accepted;
  server.close(() => trace('server', 'closed'));
  const late = net.createConnection(port, '127.0.0.1');
  watch(late, 'late', 'connect', 'error', 'close');
  late.on('close', () => client.destroy());
});
