// disconnect() closes what the primary listens for: an exclusive server and its process go on.
'use strict';
const cluster = require('node:cluster');
const { ask, nameServer, once, playCluster, portOf, trace } = require('../../scenario');

playCluster({
  async primary() {
    const worker = cluster.fork();
    const [port] = await once(worker, 'message');
    worker.disconnect();
    await once(worker, 'disconnect');
    trace('primary', 'disconnected', await ask(port), worker.isDead());
    worker.kill();
    trace('primary', 'exit', ...await once(worker, 'exit'));
  },

  worker() {
    const server = nameServer().listen({ port: 0, host: '127.0.0.1', exclusive: true });
    server.on('listening', () => process.send(portOf(server)));
  },
});
