// Differs on purpose: an exception that leaves a listener ends Node's program; where it is caught,
// as here, the socket lives on half-served. netserve reports it and destroys that socket only.
'use strict';
const net = require('node:net');
const { play, portOf, serve, sleep, trace } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => {
    peer.on('close', (hadError) => trace('server', 'close', hadError));
    peer.on('data', () => {
      throw new Error('a bug');
    });
  });
  const client = net.createConnection(portOf(server), '127.0.0.1');
  client.on('error', () => {});
  client.write('x');
  await sleep(0.1);
  trace('server', 'goes on', server.listening);
  client.destroy();
  server.close(() => trace('server', 'closed'));
});
