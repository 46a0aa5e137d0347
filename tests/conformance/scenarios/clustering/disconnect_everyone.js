// cluster.disconnect() calls back once every worker has gone, and nothing is listened on then.
'use strict';
const cluster = require('node:cluster');
const { ask, forkListening, nameServer, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const disconnect = () => new Promise((resolve) => cluster.disconnect(resolve));
    await disconnect();
    trace('primary', 'nobody there');
    const { address } = await forkListening();
    await forkListening();
    let left = 0;
    cluster.on('disconnect', (worker) => {
      left += 1;
      trace('primary', 'disconnect', worker.exitedAfterDisconnect);
    });
    await disconnect();
    trace('primary', 'gone', left, Object.keys(cluster.workers).length, await ask(address.port));
  },

  worker() {
    nameServer().listen(0, '127.0.0.1');
  },
});
