// A worker that names no host listens on all addresses.
'use strict';
const { alias, ask, forkListening, nameServer, playCluster, portOf, trace } =
  require('../../scenario');

playCluster({
  async primary() {
    const { worker, address } = await forkListening();
    trace('client', 'ask', await ask(alias(address.port, '<port>')));
    trace('primary', 'listening', address);
    worker.disconnect();
  },

  worker() {
    const server = nameServer().listen(0, () => {
      alias(portOf(server), '<port>');
      trace('worker1', 'address', server.address());
    });
  },
});
