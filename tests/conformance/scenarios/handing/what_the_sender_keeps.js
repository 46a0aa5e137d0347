// Differs on purpose: a socket that was sent without keep_open stays behind in Node as one that
// never closes; here it is destroyed, and 'close' comes.
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
    server.close(() => trace('server', 'closed'));
    client.end();
    await once(child, 'exit');
    trace('parent', 'over');
  },

  child() {
    process.once('message', (message, socket) => {
      socket.resume();
      process.send('ready');
    });
  },
});
