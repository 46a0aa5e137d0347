// A child that dies takes its sockets along: the server's 'close' does not wait for them.
'use strict';
const net = require('node:net');
const { once, playParts, portOf, serve, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit', 'close');
    const client = net.createConnection(portOf(server), '127.0.0.1');
    watch(client, 'client', 'end', 'close');
    client.resume();
    const [peer] = await once(server, 'connection');
    child.send('take', peer);
    await once(child, 'message');
    server.close(() => trace('server', 'closed'));
    child.kill('SIGKILL');
  },

  child() {
    process.on('message', () => process.send('taken'));
  },
});
