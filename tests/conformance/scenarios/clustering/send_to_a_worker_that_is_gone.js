// A message to a worker that has left: its callback gets the error, or the worker emits it.
'use strict';
const cluster = require('node:cluster');
const { once, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const worker = cluster.fork();
    worker.on('error', (error) => trace('worker', 'error', error));
    await once(worker, 'online');
    worker.disconnect();
    await once(worker, 'exit');
    const sent = worker.send('late', (error) => trace('callback', 'sent', error));
    trace('primary', 'send returned', sent);
    trace('primary', 'send returned', worker.send('later'));
  },

  worker() {},
});
