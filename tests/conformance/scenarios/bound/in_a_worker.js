// A cluster's worker listens on it by itself: its primary does not hear of that.
// since: 26
// alone: its program is the primary of a cluster
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { alias, ask, me, once, playCluster, trace, watchCluster } = require('../../scenario');

playCluster({
  async primary() {
    watchCluster('online', 'listening', 'exit');
    const worker = cluster.fork();
    const [port] = await once(worker, 'message');
    alias(port, '<port>');
    trace('primary', 'hears', await ask(port));
    worker.disconnect();
  },

  worker() {
    const bound = new net.BoundSocket({ host: '127.0.0.1' });
    const { port } = bound.address();
    const server = net.createServer((peer) => peer.end(me()));
    server.listen(bound, () => process.send(port));
    cluster.worker.on('disconnect', () => server.close());
  },
});
