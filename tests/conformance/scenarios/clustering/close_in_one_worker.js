// A server that one worker closes goes on in the other; closed in both, the port is free.
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { ask, forkListening, me, nameServer, once, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const { worker: first, address } = await forkListening();
    const { worker: second } = await forkListening();
    const served = async (count) => {
      const names = [];
      for (let n = 0; n < count; n += 1) names.push(await ask(address.port));
      return names;
    };
    first.send('close');
    await once(first, 'message');
    trace('primary', 'one left', await served(3));
    second.send('close');
    await once(second, 'message');
    trace('primary', 'none left', await served(1));
    const own = net.createServer((peer) => peer.end('primary'));
    await once(own.listen(address.port, '127.0.0.1'), 'listening');
    trace('primary', 'own', await served(1));
    own.close();
    cluster.disconnect();
  },

  worker() {
    const server = nameServer().listen(0, '127.0.0.1');
    process.once('message', () => server.close(() => {
      trace(me(), 'closed', server.listening);
      process.send('closed');
    }));
  },
});
