// Connections of a server on a path can be sent, and are counted.
'use strict';
const net = require('node:net');
const { collect, localPath, once, playParts, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const server = net.createServer({ pauseOnConnect: true });
    await once(server.listen(localPath('s')), 'listening');
    const client = net.createConnection(localPath('s'));
    client.write('early, ');
    collect(client, 'client');
    const [peer] = await once(server, 'connection');
    const child = startPart('child');
    watch(child, 'parent', 'exit');
    child.send('take', peer);
    await once(child, 'message');
    server.getConnections((error, count) => {
      trace('parent', 'count', error, count);
      client.end('late');
      server.close(() => trace('server', 'closed'));
    });
  },

  child() {
    process.once('message', (message, socket) => {
      collect(socket, 'child');
      socket.write('hello');
      process.send('taken');
    });
  },
});
