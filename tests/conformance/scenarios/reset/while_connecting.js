// reset_and_destroy() while connecting waits for the connection, then resets it.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => {
    peer.on('error', ({ code }) => trace('server', 'error', code));
    peer.resume();
  });
  const client = net.createConnection(portOf(server), '127.0.0.1');
  watch(client, 'client', 'connect', 'error', 'close');
  client.resetAndDestroy();
  trace('client', 'returned', client.destroyed, client.connecting);
  await once(client, 'close');
  server.close();
});
