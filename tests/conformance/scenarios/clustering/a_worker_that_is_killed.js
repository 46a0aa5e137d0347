// A worker that is killed takes only its own connections along: clients are served by the other.
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
const { ask, forkListening, me, once, playCluster, trace } = require('../../scenario');

playCluster({
  async primary() {
    const { worker: first, address } = await forkListening();
    const held = net.createConnection(address.port, '127.0.0.1').setEncoding('utf8');
    trace('primary', 'held by', ...await once(held, 'data'));
    await forkListening();
    const gone = Promise.all([once(held, 'close'), once(first, 'exit')]);
    first.kill('SIGKILL');
    await gone;
    const served = [];
    for (let n = 0; n < 4; n += 1) served.push(await ask(address.port));
    trace('primary', 'served', served);
    cluster.disconnect();
  },

  worker() {
    net.createServer((peer) => {
      if (cluster.worker.id === 1) peer.write(me());
      else peer.end(me());
    }).listen(0, '127.0.0.1');
  },
});
