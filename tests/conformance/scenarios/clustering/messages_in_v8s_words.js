// With serialization "advanced" messages hold bytes and sets, and the cluster works as before.
'use strict';
const cluster = require('node:cluster');
const {
  ask, forkListening, nameServer, once, playCluster, trace,
} = require('../../scenario');

playCluster({
  async primary() {
    cluster.setupPrimary({ serialization: 'advanced' });
    const { worker, address } = await forkListening();
    trace('primary', 'ask', await ask(address.port));
    worker.send({ data: Buffer.from('bytes'), many: new Set([1]) });
    const [{ data, many }] = await once(worker, 'message');
    trace('primary', 'message', data, [...many]);
    worker.disconnect();
  },

  worker() {
    nameServer().listen(0, '127.0.0.1');
    process.once('message', ({ data, many }) => {
      trace('worker1', 'message', data, [...many]);
      process.send({ data, many });
    });
  },
});
