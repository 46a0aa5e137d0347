// A worker whose primary is gone has a connection open. Differs on purpose: Node's worker exits at
// once, netserve's lets the connection end first.
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { collect, forkListening, later, once, playCluster, startPart, trace } =
  require('../../scenario');

function client(port) {
  const socket = net.createConnection(port, '127.0.0.1');
  collect(socket, 'client');
  socket.once('data', () => process.send('connected'));
  socket.on('close', (failed) => trace('client', 'close', failed));
}

playCluster({
  async primary() {
    if (process.argv[2]) return client(Number(process.argv[2]));
    const { address } = await forkListening();
    await once(startPart(String(address.port)), 'message');
    process.exit();
  },

  worker() {
    const server = net.createServer((peer) => {
      peer.write('hello');
      cluster.worker.on('disconnect', () => later(0.1, () => peer.end(' and goodbye')));
    });
    server.listen(0, '127.0.0.1');
    process.on('exit', () => trace('worker1', 'exit'));
  },
});
