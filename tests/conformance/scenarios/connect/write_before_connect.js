// What is written while connecting is sent once connected.
'use strict';
const net = require('node:net');
const { collect, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => {
    collect(peer, 'server');
  });
  const client = net.createConnection(portOf(server), '127.0.0.1');
  watch(client, 'client', 'connect', 'finish', 'close');
  trace('client', 'write', client.write('one ', () => trace('client', 'one is out')));
  trace('client', 'counts', client.bytesWritten, client.writableLength);
  client.write('two ', () => trace('client', 'two is out'));
  client.on('connect', () => client.end('three'));
  client.resume();
  await once(client, 'close');
  server.close();
});
