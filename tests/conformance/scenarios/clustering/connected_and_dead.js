// is_connected() and is_dead() over a worker's life.
'use strict';
const cluster = require('node:cluster');
const { once, playCluster, sleep, trace } = require('../../scenario');

playCluster({
  async primary() {
    const worker = cluster.fork();
    const state = (when) => trace('primary', when, worker.isConnected(), worker.isDead());
    state('forked');
    await once(worker, 'message');
    state('running');
    worker.disconnect();
    state('told to disconnect');
    await once(worker, 'disconnect');
    state('disconnected');
    await once(worker, 'exit');
    state('over');
  },

  async worker() {
    const { worker } = cluster;
    const state = (when) => trace('worker1', when, worker.isConnected(), worker.isDead());
    state('running');
    process.send('running');
    await once(worker, 'disconnect');
    state('disconnected');
    await sleep(0.1); // still alive where the primary sees it disconnected
  },
});
