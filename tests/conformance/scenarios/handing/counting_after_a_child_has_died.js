// Differs on purpose: once the last child with sockets is over, Node's getConnections() never calls
// back, nor does 'close' come; netserve counts what is left.
'use strict';
const net = require('node:net');
const { once, playParts, portOf, serve, startPart, trace } = require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const child = startPart('child');
    net.createConnection(portOf(server), '127.0.0.1').resume();
    const [peer] = await once(server, 'connection');
    child.send('take', peer);
    await once(child, 'message');
    child.kill();
    await once(child, 'close');
    trace('parent', 'child is over');
    server.getConnections((error, count) => trace('parent', 'count', error, count));
    server.close(() => trace('parent', 'closed'));
  },

  child() {
    process.on('message', () => process.send('taken'));
  },
});
