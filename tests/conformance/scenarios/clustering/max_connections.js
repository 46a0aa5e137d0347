// A worker that has all the connections it may have passes the next one on to another.
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { forkListening, me, once, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const { address } = await forkListening();
    await forkListening();
    const clients = [];
    const served = [];
    for (let n = 0; n < 4; n += 1) {
      const client = net.createConnection(address.port, '127.0.0.1').setEncoding('utf8');
      served.push((await once(client, 'data'))[0]);
      clients.push(client);
    }
    trace('primary', 'served', served.sort());
    for (const client of clients) client.end();
    cluster.disconnect();
  },

  worker() {
    const server = net.createServer((peer) => peer.write(me()));
    server.maxConnections = me() === 'worker1' ? 1 : 3;
    server.on('drop', () => trace(me(), 'drop'));
    server.listen(0, '127.0.0.1');
  },
});
