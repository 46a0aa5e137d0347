// worker.process is the child process: its id is what the worker has.
'use strict';
const cluster = require('node:cluster');
const { once, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const worker = cluster.fork();
    const { process: child } = worker;
    const [pid] = await once(worker, 'message');
    trace('primary', 'running', pid === child.pid, child.connected, child.exitCode, child.killed);
    worker.disconnect();
    await once(child, 'exit');
    trace('primary', 'over', child.connected, child.exitCode, child.signalCode);
  },

  worker() {
    process.send(process.pid);
    trace('worker1', 'connected', cluster.worker.process.connected, process.connected);
  },
});
