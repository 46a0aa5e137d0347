// Sockets go along with messages in serialization "advanced" too.
'use strict';
const net = require('node:net');
const { collect, once, playParts, portOf, serve, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const client = net.createConnection(portOf(server), '127.0.0.1');
    client.write('early, ');
    collect(client, 'client');
    const [peer] = await once(server, 'connection');
    const child = startPart('child', { serialization: 'advanced' });
    watch(child, 'parent', 'exit');
    child.send(Buffer.from('take'), peer);
    await once(child, 'message');
    server.getConnections((error, count) => {
      trace('parent', 'count', error, count);
      client.end('late');
      server.close(() => trace('server', 'closed'));
    });
  },

  child() {
    process.once('message', (message, socket) => {
      trace('child', 'message', message, socket);
      collect(socket, 'child');
      socket.write('hello');
      process.send('taken');
    });
  },
});
