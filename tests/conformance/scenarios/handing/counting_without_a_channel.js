// A child that closed its channel but lives can't be asked how many sockets it has.
'use strict';
const net = require('node:net');
const { once, playParts, portOf, serve, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    const client = net.createConnection(portOf(server), '127.0.0.1');
    client.resume();
    const [peer] = await once(server, 'connection');
    child.send('take', peer);
    await once(child, 'disconnect');
    server.getConnections((error, count) => {
      trace('parent', 'count', error, count);
      server.close(() => trace('server', 'closed'));
      client.end();
    });
  },

  child() {
    process.once('message', (message, socket) => {
      socket.resume();
      process.disconnect();
    });
  },
});
