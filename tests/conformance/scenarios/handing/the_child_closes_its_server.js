// close() in one process leaves the other's server as it is.
'use strict';
const net = require('node:net');
const { collect, once, playParts, portOf, serve, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const server = await serve((peer) => peer.end('parent'));
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    child.send('take', server);
    await once(child, 'exit');
    trace('parent', 'listening', server.listening);
    const client = net.createConnection(portOf(server), '127.0.0.1');
    collect(client, 'client');
    await once(client, 'close');
    server.close(() => trace('parent', 'closed'));
  },

  child() {
    process.once('message', (message, server) => {
      watch(server, 'child', 'close');
      server.close();
      trace('child', 'listening', server.listening);
    });
  },
});
