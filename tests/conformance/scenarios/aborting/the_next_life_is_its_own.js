// A signal ends one life of a socket: the connection after a close hears of it no more.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.on('error', () => {}).resume());
  const controller = new AbortController();
  const client = new net.Socket({ signal: controller.signal });
  watch(client, 'client', 'connect', 'error', 'close');
  for (const time of ['first', 'second']) {
    client.connect(portOf(server), '127.0.0.1');
    await once(client, 'connect');
    if (time === 'second') controller.abort();
    trace('client', time, client.destroyed);
    const closed = once(client, 'close');
    client.destroy();
    await closed;
  }
  server.close();
});
