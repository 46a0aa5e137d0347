// Differs on purpose: what the sender had read from a socket and nobody had taken is lost in Node;
// between two netserve processes it comes along.
'use strict';
const net = require('node:net');
const { collect, once, playParts, portOf, serve, sleep, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const server = await serve();
    const client = net.createConnection(portOf(server), '127.0.0.1');
    client.write('early, ');
    collect(client, 'client');
    const [peer] = await once(server, 'connection');
    await sleep(0.1);
    trace('parent', 'read', peer.bytesRead, peer.readableLength);
    const child = startPart('child');
    watch(child, 'parent', 'exit');
    child.send('take', peer);
    await once(child, 'message');
    client.end('late');
    server.close(() => trace('server', 'closed'));
  },

  child() {
    process.once('message', (message, socket) => {
      collect(socket, 'child');
      process.send('taken');
    });
  },
});
