// since: 26
// With drop_max_connection the worker drops what is beyond its limit instead of passing it on.
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { alias, ask, forkListening, once, playCluster, portOf, trace } = require('../../scenario');

playCluster({
  async primary() {
    const { worker, address } = await forkListening();
    const first = net.createConnection(address.port, '127.0.0.1').setEncoding('utf8');
    trace('client', 'first', ...await once(first, 'data'));
    trace('client', 'second', await ask(address.port));
    first.end();
    worker.disconnect();
  },

  worker() {
    const server = net.createServer((peer) => peer.write('served'));
    server.maxConnections = 1;
    server.dropMaxConnection = true;
    server.on('drop', ({ localAddress, localPort, localFamily, remoteAddress, remoteFamily }) => {
      trace('worker1', 'drop', localAddress, localPort, localFamily, remoteAddress, remoteFamily);
    });
    server.listen(0, '127.0.0.1', () => alias(portOf(server), '<port>'));
  },
});
