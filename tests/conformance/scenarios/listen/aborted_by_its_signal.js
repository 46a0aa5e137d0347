// Aborting the signal closes the server.
'use strict';
const net = require('node:net');
const { play, trace, watch } = require('../../scenario');

play(() => {
  const controller = new AbortController();
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen({ port: 0, signal: controller.signal }, () => {
    controller.abort();
    trace('server', 'aborted', server.listening);
  });
});
