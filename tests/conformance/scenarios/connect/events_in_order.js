// 'lookup' is skipped for an address; 'connect' and the callback come before 'ready'.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume());
  const client = new net.Socket();
  watch(client, 'client', 'lookup', 'connect', 'ready', 'end', 'finish', 'close');
  client.connect(portOf(server), '127.0.0.1', () => {
    trace('client', 'callback', client.connecting, client.pending);
    client.end();
  });
  client.resume();
  trace('client', 'connect returned', client.connecting, client.pending);
  await once(client, 'close');
  server.close();
});
