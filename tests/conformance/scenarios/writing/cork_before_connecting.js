// A cork from before connect() holds back what is written after it.
'use strict';
const { collect, once, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => collect(peer, 'server'));
  const net = require('node:net');
  const client = new net.Socket();
  client.cork();
  client.connect(portOf(server), '127.0.0.1');
  client.write('one ');
  await once(client, 'connect');
  client.write('two');
  trace('client', 'waiting', client.writableLength);
  client.uncork();
  trace('client', 'waiting', client.writableLength);
  client.resume().end();
  server.close();
});
