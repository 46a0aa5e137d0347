// end() while connecting: the connection is made, the data delivered, then the end.
'use strict';
const net = require('node:net');
const { collect, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => {
    collect(peer, 'server');
    watch(peer, 'server', 'end', 'close');
  });
  const client = net.createConnection(portOf(server), '127.0.0.1');
  watch(client, 'client', 'connect', 'ready', 'finish', 'end', 'close');
  client.end('all I have', () => trace('client', 'callback'));
  trace('client', 'state', client.readyState, client.writable, client.writableEnded);
  client.resume();
  await once(client, 'close');
  server.close();
});
