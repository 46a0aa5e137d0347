// A local socket refuses a reset, connected or not yet.
'use strict';
const { attempt, localPath, once, play, watch } = require('../../scenario');

play(async () => {
  const net = require('node:net');
  const server = net.createServer((peer) => peer.resume()).listen(localPath('s'));
  await once(server, 'listening');
  const client = net.createConnection(localPath('s'));
  watch(client, 'client', 'connect', 'error', 'close');
  attempt('client', 'connecting', () => client.resetAndDestroy());
  await once(client, 'connect');
  attempt('client', 'connected', () => client.resetAndDestroy());
  client.resume().end();
  server.close();
});
