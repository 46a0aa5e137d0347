// A worker that does not take its connection gets no other: the rest go to who is free.
'use strict';
const cluster = require('node:cluster');
const { ask, forkListening, nameServer, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const { worker, address } = await forkListening();
    worker.process.kill('SIGSTOP');
    const waiting = ask(address.port);
    await forkListening();
    const served = [];
    for (let n = 0; n < 4; n += 1) served.push(await ask(address.port));
    trace('primary', 'served', served);
    worker.process.kill('SIGCONT');
    trace('primary', 'served at last', await waiting);
    cluster.disconnect();
  },

  worker() {
    nameServer().listen(0, '127.0.0.1');
  },
});
