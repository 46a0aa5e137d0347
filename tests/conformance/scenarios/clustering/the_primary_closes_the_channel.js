// A worker whose primary closes the channel without a word exits with code 0.
'use strict';
const cluster = require('node:cluster');
const { forkListening, nameServer, once, playCluster, trace, watchCluster } =
  require('../../scenario');

playCluster({
  async primary() {
    watchCluster('disconnect', 'exit');
    const { worker } = await forkListening();
    worker.process.disconnect();
    await once(worker, 'exit');
    trace('primary', 'over', worker.exitedAfterDisconnect);
  },

  worker() {
    nameServer().listen(0, '127.0.0.1');
    process.on('exit', () => trace('worker1', 'exit'));
  },
});
