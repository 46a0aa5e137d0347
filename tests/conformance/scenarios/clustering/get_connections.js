// getConnections() in a worker counts that worker's connections.
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { forkListening, me, once, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const { address } = await forkListening();
    await forkListening();
    const clients = [];
    for (let n = 0; n < 4; n += 1) {
      const client = net.createConnection(address.port, '127.0.0.1');
      await once(client, 'data');
      clients.push(client);
    }
    for (const worker of Object.values(cluster.workers)) {
      worker.send('count');
      await once(worker, 'message');
    }
    for (const client of clients) client.end();
    cluster.disconnect();
  },

  worker() {
    const server = net.createServer((peer) => peer.write('hello')).listen(0, '127.0.0.1');
    process.once('message', () => server.getConnections((error, count) => {
      trace(me(), 'connections', error, count);
      process.send('counted');
    }));
  },
});
