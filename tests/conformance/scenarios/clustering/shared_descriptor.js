// SCHED_NONE: workers accept by themselves, on one port. The constants have Node's numbers.
'use strict';
const cluster = require('node:cluster');
const { alias, ask, forkListening, me, nameServer, once, playCluster, portOf, trace } =
  require('../../scenario');

playCluster({
  async primary() {
    trace('primary', 'constants', cluster.SCHED_NONE, cluster.SCHED_RR);
    trace('primary', 'policy', cluster.schedulingPolicy);
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    const { worker, address } = await forkListening();
    const port = alias(address.port, '<port>');
    trace('primary', 'listening', address);
    trace('client', 'ask', await ask(port));
    trace('primary', 'listening', (await forkListening()).address);
    worker.kill();
    await once(worker, 'exit');
    trace('client', 'ask', await ask(port));
    cluster.disconnect(async () => trace('client', 'ask', await ask(port)));
  },

  worker() {
    const server = nameServer().listen(0, '127.0.0.1', () => {
      alias(portOf(server), '<port>');
      trace(me(), 'address', server.address());
    });
  },
});
