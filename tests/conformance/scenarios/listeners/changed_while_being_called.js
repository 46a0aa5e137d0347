// Listeners added or removed during an emit count from the next one on.
'use strict';
const net = require('node:net');
const { play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  const last = () => trace('server', 'last');
  server.on('drop', () => {
    trace('server', 'first');
    server.off('drop', last);
    server.on('drop', () => trace('server', 'added'));
  });
  server.on('drop', last);
  server.emit('drop');
  trace('server', 'again');
  server.emit('drop');
});
