// since: 26
// A socket does not connect to an address that its list blocks; later it may.
'use strict';
const net = require('node:net');
const { alias, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.end());
  server.on('connection', () => trace('server', 'connection'));
  const port = alias(portOf(server), '<port>');
  const blockList = new net.BlockList();
  const client = new net.Socket({ blockList });
  watch(client, 'client', 'lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connect',
    'ready', 'error', 'end', 'close');
  client.connect(port, '127.0.0.1');
  blockList.addAddress('127.0.0.1');
  trace('client', 'state', client.connecting, client.destroyed);
  await once(client, 'close');
  blockList.clear();
  client.on('connectionAttempt', () => blockList.addAddress('127.0.0.1'));
  client.connect(port, '127.0.0.1');
  await once(client, 'close');
  blockList.clear();
  client.removeAllListeners('connectionAttempt');
  client.resume();
  client.connect(port, '127.0.0.1');
  await once(client, 'close');
  server.close();
});
