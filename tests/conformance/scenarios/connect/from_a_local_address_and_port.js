// local_address and local_port choose where a connection comes from.
// only: linux
'use strict';
const net = require('node:net');
const { deafPort, once, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  const server = await serve((peer) => {
    trace('server', 'connection', peer.remoteAddress, peer.remotePort);
    peer.resume();
  });
  const client = net.createConnection({
    port: portOf(server), host: '127.0.0.1', localAddress: '127.0.0.2', localPort: port,
  });
  client.on('connect', () => {
    trace('client', 'connect', client.localAddress, client.localPort, client.localFamily);
    client.destroy();
  });
  await once(client, 'close');
  server.close();
});
