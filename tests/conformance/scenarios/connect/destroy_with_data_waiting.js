// destroy() while connecting: the callbacks of what waits to be written learn why.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume().on('error', () => {}));
  const client = net.createConnection(portOf(server), '127.0.0.1');
  watch(client, 'client', 'connect', 'error', 'finish', 'close');
  client.write('one', (error) => trace('client', 'first callback', error));
  client.write('two', (error) => trace('client', 'second callback', error));
  client.end((error) => trace('client', 'callback of the end', error));
  client.destroy();
  await once(client, 'close');
  server.close();
});
