// since: 26
// With reuse_port every worker listens by itself on the same port; the primary hears nothing.
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
      await once(worker, 'message');
    }
    cluster.workers[1].kill();
    await once(cluster.workers[1], 'exit');
    trace('client', 'ask', await ask(port));
    cluster.workers[2].kill();
  },

  worker() {
    process.once('message', (port) => {
      alias(port, '<port>');
      const server = nameServer().listen({ port, host: '127.0.0.1', reusePort: true }, () => {
        trace(me(), 'listening', server.address());
        process.send('listens');
      });
    });
  },
});
