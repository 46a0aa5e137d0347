// A worker that accepts by itself drops what is beyond its limit.
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { ask, forkListening, once, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    const { worker, address } = await forkListening();
    const first = net.createConnection(address.port, '127.0.0.1').setEncoding('utf8');
    trace('client', 'first', ...await once(first, 'data'));
    trace('client', 'second', await ask(address.port));
    first.end();
    worker.disconnect();
  },

  worker() {
    const server = net.createServer((peer) => peer.write('served'));
    server.maxConnections = 1;
    server.on('drop', ({ localAddress, remoteAddress }) => {
      trace('worker1', 'drop', localAddress, remoteAddress);
    });
    server.listen(0, '127.0.0.1');
  },
});
