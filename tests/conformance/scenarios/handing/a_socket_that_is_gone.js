// A socket that was destroyed, or sent before, has nothing to send: the message goes alone.
'use strict';
const net = require('node:net');
const { once, playParts, portOf, serve, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const client = net.createConnection(portOf(server), '127.0.0.1');
    client.resume();
    const [peer] = await once(server, 'connection');
    const child = startPart('child');
    child.send('first', peer);
    child.send('second', peer);
    child.send('never connected', new net.Socket());
    const destroyed = net.createConnection(portOf(server), '127.0.0.1');
    destroyed.destroy();
    child.send('destroyed', destroyed);
    child.send('over');
    server.close(() => trace('server', 'closed'));
  },

  child() {
    watch(process, 'child', 'message');
    process.on('message', (message, socket) => {
      socket?.end();
      if (message === 'over') process.disconnect();
    });
  },
});
