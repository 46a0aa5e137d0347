// A socket that is paused in the connection listener reads ahead, and hears of a reset.
'use strict';
const { once, play, portOf, serve, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const net = require('node:net');
  const server = await serve((peer) => {
    watch(peer.pause(), 'server', 'end', 'error', 'close');
    peer.on('close', () => trace('server', 'read', peer.bytesRead));
  });
  const client = net.createConnection(portOf(server), '127.0.0.1');
  client.write('ahead');
  await once(client, 'connect');
  await sleep(0.05);
  client.resetAndDestroy();
  server.close();
});
