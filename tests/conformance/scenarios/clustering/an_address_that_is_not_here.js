// An address that this machine does not have is an error in the worker.
'use strict';
const cluster = require('node:cluster');
const { nameServer, playCluster, trace, watchCluster } = require('../../scenario');

playCluster({
  primary() {
    watchCluster('listening', 'exit');
    cluster.fork();
  },

  worker() {
    // 192.0.2.0/24 is set aside for documentation: no machine has it.
    const server = nameServer().listen(8000, '192.0.2.1');
    server.on('error', (error) => {
      trace('worker1', 'error', error);
      cluster.worker.disconnect();
    });
  },
});
