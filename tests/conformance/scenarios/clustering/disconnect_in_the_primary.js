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
    const state = (when) =>
      trace('primary', when, worker.exitedAfterDisconnect, worker.isConnected());
    const client = net.createConnection(address.port, '127.0.0.1');
    collect(client, 'client');
    await once(client, 'data');
    state('stays');
    worker.send('stays');
    trace('primary', 'returned', worker.disconnect() === worker);
    state('leaves');
    worker.send('leaves');
    await once(worker, 'message');
    trace('primary', 'newcomer', await ask(address.port));
    client.end();
    await once(worker, 'exit');
    state('left');
  },

  worker() {
    const server = net.createServer((peer) => {
      peer.on('close', () => trace('connection', 'closed'));
      peer.write('hello');
    });
    server.on('close', () => trace('worker1', 'server closed'));
    cluster.worker.on('disconnect', () => trace('worker1', 'disconnect'));
    process.on('message', (message) => {
      trace('worker1', message, cluster.worker.exitedAfterDisconnect, server.listening);
      if (message === 'leaves') process.send('told');
    });
    server.listen(0, '127.0.0.1');
  },
});
