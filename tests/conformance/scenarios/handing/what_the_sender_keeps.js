// Without keep_open nothing of a socket that was sent is left at the sender.
'use strict';
const net = require('node:net');
const { once, playParts, portOf, serve, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const client = net.createConnection(portOf(server), '127.0.0.1');
    client.resume();
    const [peer] = await once(server, 'connection');
    watch(peer, 'parent', 'end', 'error', 'close');
    const child = startPart('child');
    child.send('take', peer);
    trace('parent', 'sent', peer.destroyed, peer.readyState, peer.remoteAddress);
    await once(child, 'message');
    trace('parent', 'taken', peer.destroyed);
    client.end();
    await once(child, 'exit');
    trace('parent', 'over');
    server.close(() => trace('server', 'closed'));
  },

  child() {
    process.once('message', (message, socket) => {
      socket.resume();
      process.send('ready');
    });
  },
});
