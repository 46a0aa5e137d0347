// A program is the primary until it is forked as a worker; workers are numbered from 1.
'use strict';
const cluster = require('node:cluster');
const { playCluster, trace, watchCluster } = require('../../scenario');

const state = () => [cluster.isPrimary, cluster.isWorker, cluster.worker?.id];

playCluster({
  primary() {
    watchCluster('exit');
    trace('primary', 'is', ...state(), Object.keys(cluster.workers).map(Number));
    const worker = cluster.fork();
    trace('primary', 'forked', worker.id, cluster.workers[1] === worker);
    cluster.fork();
    trace('primary', 'workers', Object.keys(cluster.workers).map(Number));
    worker.on('exit', () => cluster.workers[2].disconnect());
    worker.disconnect();
  },

  worker() {
    trace(`worker${cluster.worker.id}`, 'is', ...state());
  },
});
