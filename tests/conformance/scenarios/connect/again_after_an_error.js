// A socket whose connection was refused can connect again.
'use strict';
const net = require('node:net');
const { deafPort, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const client = new net.Socket();
  watch(client, 'client', 'connect', 'error', 'end', 'close');
  client.on('data', (chunk) => trace('client', 'data', chunk));
  client.connect(await deafPort(), '127.0.0.1');
  await once(client, 'close');
  const server = await serve((peer) => peer.end('hello'));
  client.connect(portOf(server), '127.0.0.1');
  trace('client', 'errored', client.errored);
  await once(client, 'close');
  server.close();
});
