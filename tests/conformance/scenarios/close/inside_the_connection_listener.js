// A server may close itself in its connection listener; that connection goes on.
'use strict';
const net = require('node:net');
const { collect, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => {
    trace('server', 'connection');
    server.close(() => trace('server', 'closed'));
    peer.end('only you');
  });
  const client = net.createConnection(portOf(server), '127.0.0.1');
  collect(client, 'client');
  watch(client, 'client', 'close');
});
