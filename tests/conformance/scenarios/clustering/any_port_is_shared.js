// Workers that ask for any port get the same one, and the primary hears it from each.
'use strict';
const cluster = require('node:cluster');
const {
  alias, forkListening, me, nameServer, playCluster, trace,
} = require('../../scenario');

playCluster({
  async primary() {
    const first = await forkListening();
    alias(first.address.port, '<port>');
    trace('primary', 'first', first.address);
    const second = await forkListening();
    trace('primary', 'second', second.address);
    for (const { worker } of [first, second]) worker.send(first.address.port);
    cluster.disconnect();
  },

  worker() {
    const server = nameServer().listen(0, '127.0.0.1');
    process.once('message', (port) => {
      alias(port, '<port>');
      trace(me(), 'address', server.address());
    });
  },
});
