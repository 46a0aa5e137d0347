// since: 26
// A client that the list blocks is closed at once, and no connection comes of it.
// 
// Node says nothing about it; here the server hears of it as of any other that is dropped.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const blockList = new net.BlockList();
  blockList.addAddress('127.0.0.1');
  const server = await serve(() => trace('server', 'connection'), { blockList });
  server.on('drop', () => trace('server', 'drop'));
  watch(server, 'server', 'close');
  const client = net.createConnection(portOf(server), '127.0.0.1');
  client.resume();
  watch(client, 'client', 'connect', 'end', 'close');
  await once(client, 'close');
  const count = await new Promise((done) => server.getConnections((error, n) => done(n)));
  trace('count', 'is', count);
  server.close();
});
