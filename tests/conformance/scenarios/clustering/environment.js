// fork(env) adds to the environment of that worker; what says that it is one has left it.
'use strict';
const cluster = require('node:cluster');
const { once, me, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    process.env.SCENARIO_OWN = 'mine';
    await once(cluster.fork({ SCENARIO_EXTRA: 'more', SCENARIO_OWN: 'changed' }), 'exit');
    await once(cluster.fork(), 'exit');
    trace('primary', 'env', process.env.SCENARIO_EXTRA, process.env.SCENARIO_OWN);
  },

  worker() {
    const { SCENARIO_EXTRA, SCENARIO_OWN, NODE_UNIQUE_ID, NODE_CHANNEL_FD } = process.env;
    trace(me(), 'env', SCENARIO_EXTRA, SCENARIO_OWN, NODE_UNIQUE_ID, NODE_CHANNEL_FD);
    cluster.worker.disconnect();
  },
});
