// A worker exits when its primary does.
'use strict';
const cluster = require('node:cluster');
const { ask, forkListening, nameServer, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const { address } = await forkListening();
    trace('primary', 'served', await ask(address.port));
    process.exit();
  },

  worker() {
    const { worker } = cluster;
    worker.on('disconnect', () => trace('worker1', 'disconnect', worker.exitedAfterDisconnect));
    process.on('exit', () => trace('worker1', 'exit'));
    nameServer().listen(0, '127.0.0.1');
  },
});
