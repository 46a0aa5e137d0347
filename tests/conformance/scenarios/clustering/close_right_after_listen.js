// A worker's server that is closed before the primary has answered never listens.
'use strict';
const cluster = require('node:cluster');
const { nameServer, once, playCluster, trace, watch, watchCluster } = require('../../scenario');

playCluster({
  primary() {
    watchCluster('exit');
    cluster.on('listening', (_, address) => trace('primary', 'listening', address.address));
    cluster.fork();
  },

  async worker() {
    const server = nameServer().listen(0, '127.0.0.1');
    watch(server, 'worker1', 'listening', 'error', 'close');
    server.close((error) => trace('worker1', 'callback', error));
    trace('worker1', 'closing', server.listening);
    await once(nameServer().listen(0, '127.0.0.1'), 'listening'); // answered after it
    trace('worker1', 'another one listens', server.listening, server.address());
    cluster.worker.disconnect();
  },
});
