// A descriptor that isn't open is an 'error' event, not an exception.
'use strict';
const net = require('node:net');
const { play, trace, watch } = require('../../scenario');

play(() => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen({ fd: 9999 });
  trace('server', 'listen returned', server.listening);
});
