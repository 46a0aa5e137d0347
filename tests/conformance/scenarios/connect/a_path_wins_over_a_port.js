// Given a path and a port, a socket connects to the path, and nothing else counts.
'use strict';
const net = require('node:net');
const { attempt, deafPort, localPath, once, play, watch } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  const server = net.createServer((peer) => peer.end());
  await once(server.listen(localPath('here')), 'listening');
  const client = net.createConnection({ port, path: localPath('here') });
  watch(client, 'client', 'connect', 'error', 'close');
  client.resume();
  await once(client, 'close');
  server.close();
  attempt('client', 'no path', () => net.createConnection({ port, path: 5 }));
  attempt('client', 'no port', () => {
    net.createConnection({ port: 'x', path: localPath('nowhere') }).on('error', () => {});
  });
});
