// A client's socket can be sent as well.
'use strict';
const net = require('node:net');
const { collect, once, playParts, portOf, serve, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const server = await serve((peer) => {
      collect(peer, 'server');
      peer.end('hello');
      server.close(() => trace('server', 'closed'));
    });
    const client = net.createConnection(portOf(server), '127.0.0.1');
    client.pause();
    await once(client, 'connect');
    const child = startPart('child');
    watch(child, 'parent', 'exit');
    child.send('go on', client);
  },

  child() {
    process.once('message', (message, socket) => {
      trace('child', 'message', socket);
      socket.resume();
      socket.end('from the child');
      watch(socket, 'child', 'close');
    });
  },
});
