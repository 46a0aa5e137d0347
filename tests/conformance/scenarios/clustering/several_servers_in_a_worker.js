// Servers of one worker that ask for any port get one each; the next worker's get the same ones.
'use strict';
const cluster = require('node:cluster');
const { me, nameServer, once, playCluster, portOf, trace } = require('../../scenario');

playCluster({
  async primary() {
    const ports = [];
    for (let n = 0; n < 2; n += 1) ports.push((await once(cluster.fork(), 'message'))[0]);
    trace('primary', 'different', new Set(ports[0]).size);
    trace('primary', 'the same', ports[0].join() === ports[1].join());
    cluster.disconnect();
  },

  async worker() {
    const servers = [nameServer(), nameServer(), nameServer()];
    for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
    trace(me(), 'listening', servers.length);
    process.send(servers.map(portOf));
  },
});
