// Aborting a socket's signal destroys it with an AbortError.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume().on('error', () => {}));
  const controller = new AbortController();
  const client = new net.Socket({ signal: controller.signal });
  watch(client, 'client', 'connect', 'error', 'end', 'close');
  client.connect(portOf(server), '127.0.0.1', () => controller.abort());
  await once(client, 'close');
  trace('client', 'errored', client.errored);
  server.close();
});
