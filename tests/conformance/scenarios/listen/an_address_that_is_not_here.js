// An address that no interface has is an 'error' event.
'use strict';
const net = require('node:net');
const { play, watch } = require('../../scenario');

play(() => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  // 192.0.2.0/24 is set aside for documentation: no machine has it.
  server.listen(8000, '192.0.2.1');
});
