// A worker's server that was closed can listen again, on the same port and on another.
'use strict';
const cluster = require('node:cluster');
const { ask, nameServer, once, playCluster, portOf, trace, watchCluster } =
  require('../../scenario');

playCluster({
  primary() {
    watchCluster('exit');
    cluster.on('listening', async (worker, { port }) => {
      trace('primary', 'listening', await ask(port));
      worker.send('close');
    });
    cluster.fork();
  },

  async worker() {
    const server = nameServer();
    let port = 0;
    for (const target of ['any', 'the same', 'another']) {
      const told = once(process, 'message');
      server.listen(target === 'the same' ? port : 0, '127.0.0.1');
      await once(server, 'listening');
      trace('worker1', target, portOf(server) === port);
      port = portOf(server);
      await told;
      await once(server.close(), 'close');
    }
    cluster.worker.disconnect();
  },
});
