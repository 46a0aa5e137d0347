// A child can make a server and leave it to the parent.
'use strict';
const net = require('node:net');
const { collect, once, playParts, portOf, serve, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    watch(child, 'parent', 'exit');
    const [message, server] = await once(child, 'message');
    trace('parent', 'message', message, server, server.listening);
    await once(child, 'exit');
    server.on('connection', (peer) => {
      peer.end('hello');
      server.close(() => trace('parent', 'closed'));
    });
    const client = net.createConnection(portOf(server), '127.0.0.1');
    collect(client, 'client');
  },

  async child() {
    const server = await serve();
    process.send('yours', server, () => server.close());
  },
});
