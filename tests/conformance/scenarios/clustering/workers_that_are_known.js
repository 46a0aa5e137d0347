// A worker that leaves by itself stays in `workers` until it has disconnected and exited; one that
// is told to disconnect is gone at once.
'use strict';
const cluster = require('node:cluster');
const { once, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const known = (when) => trace('primary', when, Object.keys(cluster.workers).map(Number));
    for (const event of ['fork', 'online', 'disconnect', 'exit']) {
      cluster.on(event, () => known(event));
    }
    const worker = cluster.fork();
    await once(worker, 'online');
    worker.send('exit');
    await once(worker, 'exit');
    const second = cluster.fork();
    await once(second, 'online');
    second.disconnect();
    known('told to disconnect');
  },

  worker() {
    process.on('message', () => process.exit());
  },
});
