// once, prepend and removal work in the middle of a server's life.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const server = await serve();
  const always = () => trace('server', 'always');
  const removed = () => trace('server', 'removed');
  server.on('connection', always);
  server.once('connection', () => trace('server', 'once'));
  server.on('connection', removed);
  server.prependListener('connection', () => trace('server', 'prepended'));
  server.prependOnceListener('connection', () => trace('server', 'prepended once'));
  server.on('connection', (peer) => peer.end());
  server.off('connection', removed);
  trace('server', 'count', server.listenerCount('connection'));
  for (let round = 1; round <= 2; round++) {
    const client = net.createConnection(portOf(server), '127.0.0.1');
    await once(client.resume(), 'close');
  }
  trace('server', 'count', server.listenerCount('connection'));
  server.removeAllListeners('connection');
  trace('server', 'count', server.listenerCount('connection'));
  server.close();
});
