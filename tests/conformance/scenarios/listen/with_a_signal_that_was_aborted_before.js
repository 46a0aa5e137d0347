// A signal that was aborted before listen() closes the server before it serves anyone.
'use strict';
const net = require('node:net');
const { play, trace, watch } = require('../../scenario');

play(() => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen({ port: 0, signal: AbortSignal.abort() });
  trace('server', 'listen returned');
});
