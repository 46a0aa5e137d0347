// A lookup of the caller's own is asked for the host and decides the address.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume());
  const client = net.createConnection({
    port: portOf(server),
    host: 'anything.example',
    autoSelectFamily: false,
    lookup(host, options, callback) {
      trace('client', 'asked', host, Boolean(options.all));
      process.nextTick(callback, null, '127.0.0.1', 4);
    },
  });
  watch(client, 'client', 'lookup', 'connect', 'close');
  client.on('connect', () => client.destroy());
  await once(client, 'close');
  server.close();
});
