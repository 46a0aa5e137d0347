// disconnect() in the primary: the worker closes its servers, and leaves once its connections have
// ended.
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { ask, collect, forkListening, once, playCluster, trace, watchCluster } =
  require('../../scenario');

playCluster({
  async primary() {
    watchCluster('disconnect', 'exit');
    const { worker, address } = await forkListening();
    const client = net.createConnection(address.port, '127.0.0.1');
    collect(client, 'client');
    await once(worker, 'message');
    trace('primary', 'stays', worker.exitedAfterDisconnect, worker.isConnected());
    trace('primary', 'returned', worker.disconnect() === worker);
    trace('primary', 'leaves', worker.exitedAfterDisconnect, worker.isConnected());
    await once(worker, 'message');
    trace('primary', 'newcomer', await ask(address.port));
    client.end();
    await once(worker, 'exit');
    trace('primary', 'left', worker.exitedAfterDisconnect, worker.isConnected());
  },

  worker() {
    const server = net.createServer((peer) => {
      trace('worker1', 'stays', cluster.worker.exitedAfterDisconnect);
      peer.on('end', () => trace('worker1', 'leaves', cluster.worker.exitedAfterDisconnect));
      peer.on('close', () => trace('connection', 'closed'));
      peer.write('hello');
      process.send('connected');
      const wait = () => server.listening ? setImmediate(wait) : process.send('server closed');
      wait();
    });
    server.on('close', () => trace('worker1', 'server closed'));
    cluster.worker.on('disconnect', () => trace('worker1', 'disconnect'));
    server.listen(0, '127.0.0.1');
  },
});
