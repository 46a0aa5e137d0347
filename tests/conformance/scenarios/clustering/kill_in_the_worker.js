// kill() in the worker leaves with code 0, and waits for no connection.
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { collect, forkListening, once, playCluster, trace, watchCluster } =
  require('../../scenario');

playCluster({
  async primary() {
    watchCluster('disconnect', 'exit');
    const { worker, address } = await forkListening();
    const client = net.createConnection(address.port, '127.0.0.1');
    collect(client, 'client');
    client.on('close', (failed) => trace('client', 'close', failed));
    await once(worker, 'exit');
    trace('primary', 'over', worker.exitedAfterDisconnect, worker.isDead());
  },

  worker() {
    const { worker } = cluster;
    worker.on('disconnect', () => trace('worker1', 'disconnect', worker.isConnected()));
    net.createServer((peer) => {
      peer.write('hello', () => {
        worker.kill();
        trace('worker1', 'leaves', worker.exitedAfterDisconnect);
      });
    }).listen(0, '127.0.0.1');
  },
});
