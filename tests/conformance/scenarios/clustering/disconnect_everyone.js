// cluster.disconnect() calls back when workers have gone, and nothing is listened on then.
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
    cluster.on('disconnect', (worker) => {
      trace('events', 'disconnect', worker.exitedAfterDisconnect);
    });
    await disconnect();
    trace('primary', 'gone', Object.keys(cluster.workers).length, await ask(address.port));
  },

  worker() {
    nameServer().listen(0, '127.0.0.1');
  },
});
