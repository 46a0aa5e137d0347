// since: 26
// Rules that are added or removed while the server listens hold for the next connection.
'use strict';
const net = require('node:net');
const { ask, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const blockList = new net.BlockList();
  const server = await serve((peer) => peer.end('hello'), { blockList });
  const port = portOf(server);
  trace('client', 'no rule', await ask(port));
  blockList.addSubnet('127.0.0.0', 8);
  trace('client', 'a rule', await ask(port));
  blockList.addAddress('127.0.0.1');
  blockList.removeSubnet('127.0.0.0', 8);
  trace('client', 'another rule', await ask(port));
  blockList.clear();
  trace('client', 'no rule again', await ask(port));
  server.close();
});
