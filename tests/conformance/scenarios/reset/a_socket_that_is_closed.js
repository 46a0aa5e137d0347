// There is nothing to reset on a socket without a connection: ERR_SOCKET_CLOSED.
'use strict';
const net = require('node:net');
const { play, trace, watch } = require('../../scenario');

play(() => {
  const client = new net.Socket();
  watch(client, 'client', 'error');
  // Without a handle Node leaves `hadError` out.
  client.on('close', () => trace('client', 'close'));
  client.resetAndDestroy();
  trace('client', 'returned', client.destroyed);
});
