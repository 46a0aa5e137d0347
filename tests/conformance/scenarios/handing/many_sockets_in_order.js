// Sockets and messages arrive in the order in which they were sent, each with its own message.
'use strict';
const net = require('node:net');
const { collect, once, playParts, portOf, serve, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const child = startPart('child');
    watch(child, 'parent', 'exit');
    const clients = [];
    for (let number = 0; number < 20; number++) {
      const client = net.createConnection(portOf(server), '127.0.0.1');
      const [peer] = await once(server, 'connection');
      child.send(number, peer);
      child.send(`after ${number}`);
      clients.push(client);
    }
    child.send('over');
    for (const [number, client] of clients.entries()) collect(client, `client ${number}`);
    server.close(() => trace('server', 'closed'));
  },

  child() {
    watch(process, 'child', 'message');
    process.on('message', (message, socket) => {
      socket?.end(`number ${message}`);
      if (message === 'over') process.disconnect();
    });
  },
});
