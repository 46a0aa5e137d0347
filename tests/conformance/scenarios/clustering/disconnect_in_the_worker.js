// disconnect() in the worker does the same: it closes its servers, waits, leaves with code 0.
'use strict';
const cluster = require('node:cluster');
const { ask, forkListening, nameServer, once, playCluster, trace, watchCluster } =
  require('../../scenario');

playCluster({
  async primary() {
    watchCluster('disconnect', 'exit');
    const { worker, address } = await forkListening();
    trace('primary', 'stays', worker.exitedAfterDisconnect, await ask(address.port));
    worker.send('leave');
    await once(worker, 'disconnect');
    trace('primary', 'disconnected', worker.exitedAfterDisconnect, await ask(address.port));
    await once(worker, 'exit');
    trace('primary', 'left', worker.exitedAfterDisconnect);
  },

  worker() {
    const { worker } = cluster;
    const server = nameServer().listen(0, '127.0.0.1');
    server.on('close', () => trace('worker1', 'server closed', worker.isConnected()));
    worker.on('disconnect', () => trace('worker1', 'disconnect', worker.isConnected()));
    process.once('message', () => {
      trace('worker1', 'stays', worker.exitedAfterDisconnect);
      trace('worker1', 'returned', worker.disconnect() === worker);
      trace('worker1', 'leaves', worker.exitedAfterDisconnect);
    });
  },
});
