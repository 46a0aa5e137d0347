// The events of a worker's life in order: each on the worker first, then on the cluster.
'use strict';
const cluster = require('node:cluster');
const { alias, nameServer, playCluster, trace, watch, watchCluster } = require('../../scenario');

playCluster({
  primary() {
    cluster.on('setup', () => trace('primary', 'setup'));
    cluster.on('listening', (_, address) => alias(address.port, '<port>'));
    watchCluster('fork', 'online', 'listening', 'disconnect', 'exit');
    const worker = cluster.fork();
    trace('primary', 'fork returned');
    worker.on('listening', (address) => alias(address.port, '<port>'));
    watch(worker, "the primary's worker", 'online', 'listening', 'disconnect', 'exit');
    for (const event of ['online', 'listening', 'disconnect', 'exit']) {
      worker.on(event, () => trace('primary', 'its own', event));
    }
    worker.on('listening', () => worker.disconnect());
  },

  worker() {
    const server = nameServer();
    server.on('listening', () => trace('worker1', 'server listens'));
    server.on('close', () => trace('worker1', 'server closed'));
    cluster.worker.on('disconnect', () => trace('worker1', 'disconnect'));
    server.listen(0, '127.0.0.1');
  },
});
