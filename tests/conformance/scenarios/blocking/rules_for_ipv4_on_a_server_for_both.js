// since: 26
// A server that listens for both families knows a client of IPv4 by the rules for IPv4.
'use strict';
const net = require('node:net');
const { ask, once, play, portOf, trace } = require('../../scenario');

play(async () => {
  const blockList = new net.BlockList();
  blockList.addAddress('127.0.0.1');
  const server = net.createServer({ blockList }, (peer) => peer.end(peer.remoteAddress));
  await once(server.listen(0), 'listening');
  trace('client', 'blocked', await ask(portOf(server)));
  blockList.clear();
  trace('client', 'welcome', await ask(portOf(server)));
  server.close();
});
