// A server that has closed lets its signal go: it listens again, and stays.
'use strict';
const net = require('node:net');
const { once, play, trace, watch } = require('../../scenario');

play(async () => {
  const controller = new AbortController();
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen({ port: 0, host: '127.0.0.1', signal: controller.signal });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  controller.abort();
  trace('server', 'aborted', server.listening);
  server.close();
});
