// A worker that exits by itself: 'exit' has its code, and it was not asked to leave.
'use strict';
const { forkListening, nameServer, once, playCluster, trace, watchCluster } =
  require('../../scenario');

playCluster({
  async primary() {
    watchCluster('disconnect', 'exit');
    for (const code of [0, 7]) {
      const { worker } = await forkListening();
      worker.send(code);
      await once(worker, 'exit');
      const { exitCode, signalCode } = worker.process;
      trace('primary', 'over', exitCode, signalCode, worker.exitedAfterDisconnect);
    }
  },

  worker() {
    nameServer().listen(0, '127.0.0.1');
    process.once('message', (code) => process.exit(code));
  },
});
