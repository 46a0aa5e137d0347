// listen() may be called from within the 'close' event.
'use strict';
const net = require('node:net');
const { play, watch } = require('../../scenario');

play(() => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.once('close', () => server.listen(0, '127.0.0.1', () => server.close()));
  server.listen(0, '127.0.0.1', () => server.close());
});
