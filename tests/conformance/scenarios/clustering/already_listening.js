// listen() on a worker's server that listens is an error, as it is without a cluster.
'use strict';
const cluster = require('node:cluster');
const { attempt, nameServer, once, playCluster } = require('../../scenario');

playCluster({
  primary() {
    cluster.fork();
  },

  async worker() {
    const server = nameServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    attempt('worker1', 'listen', () => server.listen(0, '127.0.0.1'));
    cluster.worker.disconnect();
  },
});
