// What a worker forks by itself is no worker.
'use strict';
const cluster = require('node:cluster');
const { once, playCluster, startPart, trace } = require('../../scenario');

playCluster({
  primary() {
    if (process.argv[2] === 'child') trace('child', 'is', cluster.isPrimary, cluster.isWorker);
    else cluster.fork();
  },

  async worker() {
    trace('worker1', 'exit', ...await once(startPart('child'), 'exit'));
    cluster.worker.disconnect();
  },
});
