// A path where a file is already is an error in the worker, and the file stays.
'use strict';
const cluster = require('node:cluster');
const fs = require('node:fs');
const { localPath, nameServer, playCluster, trace, watchCluster } = require('../../scenario');

const path = localPath('s');

playCluster({
  primary() {
    fs.writeFileSync(path, 'mine');
    watchCluster('listening', 'exit');
    cluster.fork();
  },

  worker() {
    nameServer().listen(path).on('error', (error) => {
      trace('worker1', 'error', error, fs.readFileSync(path));
      cluster.worker.disconnect();
    });
  },
});
