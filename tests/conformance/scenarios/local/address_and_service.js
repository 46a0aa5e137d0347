// A local server's address is its path; its connections have no IP addresses.
'use strict';
const net = require('node:net');
const { collect, localPath, once, play, trace, watch } = require('../../scenario');

play(async () => {
  const path = localPath('s');
  const server = net.createServer((peer) => {
    trace('server', 'connection', peer.remoteAddress, peer.remotePort, peer.remoteFamily);
    peer.end('hello');
  });
  watch(server, 'server', 'listening', 'close');
  await once(server.listen(path), 'listening');
  trace('server', 'address', server.address());
  const client = net.createConnection(path, () => {
    trace('client', 'connect', client.remoteAddress, client.localAddress);
  });
  collect(client, 'client');
  watch(client, 'client', 'ready', 'close');
  await once(client, 'close');
  server.close();
});
