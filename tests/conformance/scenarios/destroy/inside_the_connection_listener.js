// A server may destroy a connection as soon as it sees it.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => {
    watch(peer, 'server', 'end', 'error', 'close');
    peer.destroy();
    trace('server', 'destroyed', peer.destroyed);
  });
  const client = net.createConnection(portOf(server), '127.0.0.1');
  watch(client, 'client', 'connect', 'end', 'close');
  client.resume();
  await once(client, 'close');
  server.close(() => trace('listener', 'closed'));
});
