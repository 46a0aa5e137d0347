// getConnections() counts the sockets that children have now; with keep_open one counts twice.
'use strict';
const net = require('node:net');
const { once, playParts, portOf, serve, startPart, trace } = require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const count = (when) => new Promise((resolve) => {
      server.getConnections((error, number) => resolve(trace('parent', when, error, number)));
    });
    const child = startPart('child');
    const sent = [];
    for (const keepOpen of [false, true, undefined]) {
      net.createConnection(portOf(server), '127.0.0.1').resume();
      const [peer] = await once(server, 'connection');
      sent.push(peer);
      if (keepOpen !== undefined) child.send('take', peer, { keepOpen });
    }
    await count('one sent, one shared, one here');
    child.send('drop');
    await once(child, 'message');
    await count('child dropped one');
    child.send('drop');
    await once(child, 'message');
    await count('child dropped both');
    for (const peer of sent) peer.destroy();
    server.close(() => {
      trace('server', 'closed');
      child.disconnect();
    });
  },

  child() {
    const taken = [];
    process.on('message', (message, socket) => {
      if (socket) {
        taken.push(socket);
      } else {
        const dropped = taken.shift();
        dropped.on('close', () => process.send('dropped'));
        dropped.destroy();
      }
    });
  },
});
