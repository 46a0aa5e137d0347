// since: 26
// A list that blocks every address keeps nobody from a path, on neither side.
'use strict';
const net = require('node:net');
const { collect, localPath, once, play, watch } = require('../../scenario');

play(async () => {
  const blockList = new net.BlockList();
  blockList.addSubnet('0.0.0.0', 0);
  blockList.addSubnet('::', 0, 'ipv6');
  const server = net.createServer({ blockList }, (peer) => peer.end('hello'));
  await once(server.listen(localPath('socket')), 'listening');
  const client = net.createConnection({ path: localPath('socket'), blockList });
  collect(client, 'client');
  watch(client, 'client', 'connect', 'close');
  await once(client, 'close');
  server.close();
});
