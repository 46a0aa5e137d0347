// Messages go both ways: in the primary to the worker and then the cluster, in the worker to the
// process and its worker object.
'use strict';
const cluster = require('node:cluster');
const { playCluster, trace, watch, watchCluster } = require('../../scenario');

playCluster({
  primary() {
    watchCluster('message');
    const worker = cluster.fork();
    watch(worker, "the primary's worker", 'message');
    worker.on('message', (message) => {
      trace('primary', 'its own', message);
      if (message === 'over') worker.disconnect();
    });
    const returned = worker.send({ ask: [1, null, 'two'] }, (error) => {
      trace('callback', 'sent', error);
    });
    trace('primary', 'send returned', returned);
  },

  worker() {
    watch(process, 'process', 'message');
    watch(cluster.worker, 'worker1', 'message');
    process.once('message', () => {
      process.send('by the process');
      trace('sender', 'send returned', cluster.worker.send('by the worker'));
      process.send('over');
    });
  },
});
