// A worker's server has no address before it listens, then the primary's, and none once closed.
'use strict';
const cluster = require('node:cluster');
const { alias, me, once, nameServer, playCluster, portOf, trace } = require('../../scenario');

playCluster({
  primary() {
    cluster.fork();
  },

  async worker() {
    const server = nameServer();
    const state = (when) => trace(me(), when, server.listening, server.address());
    state('new');
    server.listen(0, '127.0.0.1');
    state('asked');
    await once(server, 'listening');
    alias(portOf(server), '<port>');
    state('listening');
    server.close();
    state('closing');
    await once(server, 'close');
    state('closed');
    cluster.worker.disconnect();
  },
});
