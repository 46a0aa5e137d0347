// since: 26
// Above the limit a client is dropped by the limit, whatever the rules say: 'drop' tells.
'use strict';
const net = require('node:net');
const { ask, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const blockList = new net.BlockList();
  blockList.addAddress('127.0.0.1');
  const server = await serve(() => trace('server', 'connection'), { blockList });
  server.maxConnections = 0;
  server.on('drop', (info) => trace('server', 'drop', info.remoteAddress, info.remoteFamily));
  trace('client', 'hears', await ask(portOf(server)));
  server.close();
});
