// 'drain' of what was written before there was a connection comes before 'ready'.
'use strict';
const { once, play, portOf, serve, watch } = require('../../scenario');

play(async () => {
  const net = require('node:net');
  const server = await serve((peer) => peer.resume());
  const client = net.createConnection({ port: portOf(server), host: '127.0.0.1', highWaterMark: 10 });
  watch(client, 'client', 'connect', 'drain', 'ready', 'finish');
  client.resume().write('more than ten bytes');
  await once(client, 'ready');
  client.end();
  server.close();
});
