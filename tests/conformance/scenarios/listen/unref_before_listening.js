// unref() counts though the server has yet to listen; 'listening' still comes.
'use strict';
const net = require('node:net');
const { play, watch } = require('../../scenario');

play(() => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'close');
  server.unref();
  server.listen(0);
});
