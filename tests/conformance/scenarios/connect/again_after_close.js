// A socket that has closed can connect again.
'use strict';
const net = require('node:net');
const { collect, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.end('hello'));
  const client = new net.Socket();
  watch(client, 'client', 'connect', 'ready', 'end', 'error', 'close');
  collect(client, 'client');
  for (let round = 1; round <= 2; round++) {
    client.connect(portOf(server), '127.0.0.1');
    trace('client', 'connect returned', client.connecting, client.destroyed);
    await once(client, 'close');
    trace('client', 'state', client.destroyed, client.closed, client.readyState);
  }
  server.close();
});
