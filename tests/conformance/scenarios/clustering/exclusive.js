// An exclusive server listens without the primary: it hears nothing, and the next worker gets an
// error.
'use strict';
const cluster = require('node:cluster');
const { alias, ask, deafPort, me, nameServer, once, playCluster, trace, watchCluster } =
  require('../../scenario');

playCluster({
  async primary() {
    const port = await deafPort();
    watchCluster('listening');
    for (const worker of [cluster.fork(), cluster.fork()]) {
      worker.send(port);
      trace('primary', 'message', ...await once(worker, 'message'));
    }
    trace('client', 'ask', await ask(port));
    for (const worker of Object.values(cluster.workers)) worker.kill();
  },

  worker() {
    process.once('message', (port) => {
      alias(port, '<port>');
      const server = nameServer().listen({ port, host: '127.0.0.1', exclusive: true });
      server.on('listening', () => {
        trace(me(), 'listening', server.address());
        process.send('listens');
      });
      server.on('error', (error) => {
        trace(me(), 'error', error);
        process.send('failed');
      });
    });
  },
});
