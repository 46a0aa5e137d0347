// A worker stays although its server is unref'd, or there is none: it waits for its primary.
'use strict';
const cluster = require('node:cluster');
const { ask, forkListening, me, nameServer, once, playCluster, trace, watchCluster } =
  require('../../scenario');

playCluster({
  async primary() {
    watchCluster('exit');
    const { worker, address } = await forkListening({ SCENARIO_LISTENS: 'yes' });
    const idle = cluster.fork();
    await once(idle, 'online');
    trace('primary', 'served', await ask(address.port), await ask(address.port));
    trace('primary', 'alive', !worker.isDead(), !idle.isDead());
    worker.disconnect();
    await once(worker, 'exit');
    idle.disconnect();
  },

  worker() {
    if (process.env.SCENARIO_LISTENS) nameServer().unref().listen(0, '127.0.0.1');
    trace(me(), 'begins');
  },
});
