// cwd of setup_primary() is where workers run.
'use strict';
const cluster = require('node:cluster');
const { localPath, playCluster, trace } = require('../../scenario');

playCluster({
  primary() {
    cluster.setupPrimary({ exec: __filename, cwd: localPath('') });
    cluster.fork();
  },

  worker() {
    trace('worker1', 'runs in', process.cwd());
    cluster.worker.disconnect();
  },
});
