// kill() in the primary sends SIGTERM, or the signal it is given: nobody was asked to leave.
'use strict';
const cluster = require('node:cluster');
const { once, playCluster, trace, watchCluster } = require('../../scenario');

playCluster({
  async primary() {
    watchCluster('disconnect', 'exit');
    for (const signal of [undefined, 'SIGKILL']) {
      const worker = cluster.fork();
      await once(worker, 'online');
      worker.kill(signal);
      trace('primary', 'killed', worker.exitedAfterDisconnect);
      await once(worker, 'disconnect');
      trace('primary', 'disconnected', worker.exitedAfterDisconnect);
      await once(worker, 'exit');
      trace('primary', 'over', worker.exitedAfterDisconnect, worker.process.killed);
    }
  },

  worker() {},
});
