// A socket that is sent goes on in the child, with the bytes that nobody had read.
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
    watch(client, 'client', 'end', 'close');
    const [peer] = await once(server, 'connection');
    const child = startPart('child');
    watch(child, 'parent', 'message', 'exit');
    child.send('take', peer, (error) => trace('parent', 'sent', error));
    await once(child, 'message');
    client.end('late');
    server.close(() => trace('server', 'closed'));
  },

  child() {
    process.once('message', (message, socket) => {
      trace('child', 'message', message, socket);
      trace('child', 'state', socket.readyState, socket.remoteAddress, socket.server);
      let heard = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk) => { heard += chunk; });
      socket.on('end', () => socket.end(`heard ${heard}`));
      watch(socket, 'child', 'end', 'close');
      process.send('ready');
    });
  },
});
