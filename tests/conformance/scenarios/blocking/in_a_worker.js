// since: 26
// A worker's server drops what its list blocks; the connection is not passed on to another.
//
// Node says nothing about it; here the server hears of it as of any other that is dropped.
// alone: its program is the primary of a cluster
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { ask, forkListening, me, once, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const { worker, address } = await forkListening();
    trace('client', 'hears', await ask(address.port));
    const cleared = once(worker, 'message');
    worker.send('clear');
    await cleared;
    trace('client', 'hears', await ask(address.port));
    cluster.disconnect();
  },

  worker() {
    const blockList = new net.BlockList();
    blockList.addSubnet('127.0.0.0', 8);
    const server = net.createServer({ blockList }, (peer) => peer.end(me()));
    server.on('connection', () => trace(me(), 'connection'));
    server.on('drop', (info) => trace(me(), 'drop', info.remoteAddress));
    server.listen(0, '127.0.0.1');
    process.on('message', () => {
      blockList.clear();
      process.send('cleared');
    });
  },
});
