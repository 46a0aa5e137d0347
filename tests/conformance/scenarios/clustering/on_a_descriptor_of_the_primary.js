// A descriptor that a worker listens on is one of the primary's.
'use strict';
const { alias, ask, forkListening, nameServer, playCluster, portOf, trace } =
  require('../../scenario');

const fd = alias(Number(process.env.SCENARIO_FD), '<fd>');

playCluster({
  async primary() {
    const { worker, address } = await forkListening();
    trace('client', 'ask', await ask(alias(address.port, '<port>')));
    trace('primary', 'listening', address);
    worker.disconnect();
  },

  worker() {
    const server = nameServer().listen({ fd }, () => {
      alias(portOf(server), '<port>');
      trace('worker1', 'address', server.address());
    });
  },
});
