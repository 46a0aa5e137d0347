// disconnect() right after a socket was sent: it arrives, and what was sent behind it.
'use strict';
const net = require('node:net');
const { collect, once, playParts, portOf, serve, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const client = net.createConnection(portOf(server), '127.0.0.1');
    collect(client, 'client');
    const [peer] = await once(server, 'connection');
    const child = startPart('child');
    watch(child, 'parent', 'error', 'disconnect', 'exit');
    child.send('take', peer);
    child.send('last words');
    child.disconnect();
    trace('parent', 'connected', child.connected);
    server.close(() => trace('server', 'closed'));
  },

  child() {
    watch(process, 'child', 'message', 'disconnect');
    process.on('message', (message, socket) => socket?.end('from the child'));
  },
});
