// The callback of listen() is one more 'listening' listener: it runs in the order of adding.
'use strict';
const net = require('node:net');
const { play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  server.on('listening', () => trace('server', 'first', server.listening));
  server.listen(0, '127.0.0.1', () => trace('server', 'callback'));
  server.on('listening', () => {
    trace('server', 'last');
    server.close();
  });
  trace('server', 'listen returned');
});
