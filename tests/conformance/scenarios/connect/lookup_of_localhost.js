// A host name is looked up first: 'lookup' tells the address, its family and the name.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume());
  const client = net.createConnection({ port: portOf(server), host: 'localhost', family: 4 });
  watch(client, 'client', 'lookup', 'connect', 'ready', 'close');
  client.on('connect', () => {
    trace('client', 'remote', client.remoteAddress, client.remoteFamily);
    client.destroy();
  });
  await once(client, 'close');
  server.close();
});
