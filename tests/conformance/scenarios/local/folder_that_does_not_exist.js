// A socket file in a folder that doesn't exist is an 'error' event.
'use strict';
const net = require('node:net');
const { localPath, play, trace, watch } = require('../../scenario');

play(() => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen(localPath('missing/s'));
  trace('server', 'listen returned', server.listening);
});
