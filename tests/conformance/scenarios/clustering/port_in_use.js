// A port that somebody else has is an error in the worker that wants it, which can go on.
'use strict';
const cluster = require('node:cluster');
const {
  alias, nameServer, once, playCluster, portOf, serve, trace, watchCluster,
} = require('../../scenario');

playCluster({
  async primary() {
    const server = await serve();
    watchCluster('exit');
    const worker = cluster.fork();
    worker.send(portOf(server));
    const [address] = await once(worker, 'listening');
    trace('primary', 'listening', address.address);
    server.close();
    worker.disconnect();
  },

  worker() {
    process.once('message', (port) => {
      alias(port, '<port>');
      const server = nameServer().listen(port, '127.0.0.1');
      server.on('error', (error) => {
        trace('worker1', 'error', error, server.listening, server.address());
        server.listen(0, '127.0.0.1', () => trace('worker1', 'listening', server.listening));
      });
    });
  },
});
