// Differs on purpose: as with 'data', netserve reports it and destroys the new socket.
'use strict';
const net = require('node:net');
const { play, portOf, serve, sleep, trace } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => {
    peer.on('close', (hadError) => trace('server', 'close', hadError));
    peer.resume();
    throw new Error('a bug');
  });
  const client = net.createConnection(portOf(server), '127.0.0.1');
  client.on('error', () => {});
  await sleep(0.1);
  trace('server', 'goes on', server.listening);
  client.destroy();
  server.close(() => trace('server', 'closed'));
});
