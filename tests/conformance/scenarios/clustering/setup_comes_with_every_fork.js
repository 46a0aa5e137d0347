// fork() sets up by itself, each time: 'setup' comes before 'fork'.
'use strict';
const cluster = require('node:cluster');
const { once, playCluster, trace, watchCluster } = require('../../scenario');

playCluster({
  async primary() {
    cluster.on('setup', (settings) => trace('primary', 'setup', settings.args, settings.silent));
    watchCluster('fork', 'exit');
    for (let n = 0; n < 2; n += 1) {
      const worker = cluster.fork();
      trace('primary', 'settings', cluster.settings.args, cluster.settings.silent);
      await once(worker, 'online');
      worker.disconnect();
      await once(worker, 'exit');
    }
  },

  worker() {},
});
