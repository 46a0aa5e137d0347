// destroy() while connecting: 'close' comes, 'connect' never.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume().on('error', () => {}));
  const client = net.createConnection(portOf(server), '127.0.0.1');
  watch(client, 'client', 'connect', 'ready', 'error', 'end', 'close');
  client.destroy();
  trace('client', 'destroy returned', client.destroyed, client.connecting);
  await once(client, 'close');
  server.close();
});
