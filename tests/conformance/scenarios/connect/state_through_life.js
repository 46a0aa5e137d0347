// ready_state, connecting, pending, destroyed and closed through the life of a client.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume());
  const client = new net.Socket();
  const state = (when) => trace('client', when, client.readyState, client.connecting,
    client.pending, client.destroyed, client.closed);
  state('created');
  client.connect(portOf(server), '127.0.0.1');
  state('connect returned');
  await once(client, 'connect');
  state('connected');
  client.end();
  state('end returned');
  client.resume();
  client.on('finish', () => state('finish'));
  client.on('end', () => state('end'));
  await once(client, 'close');
  state('closed');
  server.close();
});
