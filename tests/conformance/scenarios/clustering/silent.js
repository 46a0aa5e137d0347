// A silent worker's output is the primary's to read.
'use strict';
const cluster = require('node:cluster');
const { collect, playCluster, watchCluster } = require('../../scenario');

playCluster({
  primary() {
    cluster.setupPrimary({ silent: true });
    watchCluster('exit');
    const worker = cluster.fork();
    collect(worker.process.stdout, 'stdout');
    collect(worker.process.stderr, 'stderr');
  },

  worker() {
    console.log('said');
    console.error('complained');
    cluster.worker.disconnect();
  },
});
