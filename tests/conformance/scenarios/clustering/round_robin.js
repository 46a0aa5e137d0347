// Six clients, one after another, are dealt to two workers: three each.
'use strict';
const cluster = require('node:cluster');
const { ask, forkListening, nameServer, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    trace('primary', 'policy', cluster.schedulingPolicy === cluster.SCHED_RR);
    const { address } = await forkListening();
    await forkListening();
    const served = [];
    for (let n = 0; n < 6; n += 1) served.push(await ask(address.port));
    trace('primary', 'served', served.sort());
    cluster.disconnect();
  },

  worker() {
    nameServer().listen(0, '127.0.0.1');
  },
});
