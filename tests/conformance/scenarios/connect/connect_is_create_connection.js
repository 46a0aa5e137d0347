// connect() is another name for createConnection().
'use strict';
const net = require('node:net');
const { collect, play, portOf, serve, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.end('hello'));
  const client = net.connect({ port: portOf(server), host: '127.0.0.1' }, () => server.close());
  collect(client, 'client');
  watch(client, 'client', 'connect', 'close');
});
