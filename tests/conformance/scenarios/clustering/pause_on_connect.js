// A worker's server has the same options: a connection that is paused is read when it resumes.
'use strict';
const net = require('node:net');
const { collect, forkListening, once, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const { worker, address } = await forkListening();
    const client = net.createConnection(address.port, '127.0.0.1');
    collect(client, 'client');
    client.end('hello', () => worker.send('sent'));
    client.on('close', () => worker.disconnect());
  },

  worker() {
    const sent = once(process, 'message');
    const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, async (peer) => {
      trace('worker1', 'connection', peer.isPaused(), peer.server === server);
      collect(peer, 'worker1');
      peer.on('end', () => {
        trace('worker1', 'half open', peer.writable);
        peer.end('goodbye');
      });
      await sent;
      trace('worker1', 'resume', peer.bytesRead);
      peer.resume();
    });
    server.listen(0, '127.0.0.1');
  },
});
