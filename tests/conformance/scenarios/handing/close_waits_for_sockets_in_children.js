// A server that was closed emits 'close' when the last of its sockets has closed, here and in the
// children.
'use strict';
const net = require('node:net');
const { once, playParts, portOf, serve, startPart, trace } = require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const children = [startPart('child'), startPart('child')];
    for (const child of children) {
      net.createConnection(portOf(server), '127.0.0.1').resume();
      const [peer] = await once(server, 'connection');
      child.send('take', peer);
      await once(child, 'message');
    }
    server.close(() => trace('parent', 'closed'));
    for (const child of children) {
      trace('parent', 'let go');
      child.send('let go');
      await once(child, 'exit');
    }
  },

  child() {
    process.once('message', (message, socket) => {
      process.once('message', () => {
        socket.destroy();
        process.disconnect();
      });
      process.send('taken');
    });
  },
});
