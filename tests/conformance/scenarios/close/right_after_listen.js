// close() before 'listening' was told: the event never comes.
'use strict';
const net = require('node:net');
const { play, trace, watch } = require('../../scenario');

play(() => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen(0, () => trace('server', 'listen callback'));
  server.close((error) => trace('server', 'close callback', error));
});
