// The timeout option of connect() is set_timeout() beforehand.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume());
  const client = net.createConnection({ port: portOf(server), host: '127.0.0.1', timeout: 100 });
  trace('client', 'timeout in seconds', client.timeout / 1000);
  watch(client, 'client', 'connect', 'timeout', 'close');
  client.on('timeout', () => {
    trace('client', 'still open', !client.destroyed);
    client.destroy();
  });
  await once(client, 'close');
  server.close();
});
