// close() before listening: the callback is told, and nothing is thrown.
'use strict';
const net = require('node:net');
const { play, trace, watch } = require('../../scenario');

play(() => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.close((error) => trace('server', 'callback', error));
  trace('server', 'close returned');
});
