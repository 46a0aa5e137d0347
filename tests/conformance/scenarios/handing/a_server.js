// A server that is sent listens in both processes: each takes what the other does not.
'use strict';
const net = require('node:net');
const { alias, collect, once, playParts, portOf, serve, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const server = await serve((peer) => peer.end('parent'));
    const port = alias(portOf(server), '<port>');
    const child = startPart('child');
    watch(child, 'parent', 'message', 'exit');
    child.send(port, server, (error) => trace('parent', 'sent', error));
    await once(child, 'message');
    trace('parent', 'listening', server.listening, server.address());

    const ask = async () => {
      const client = net.createConnection(port, '127.0.0.1');
      collect(client, 'client');
      await once(client, 'close');
    };
    child.kill('SIGSTOP'); // it can't take this one
    await ask();
    child.kill('SIGCONT');
    await once(server.close(), 'close');
    trace('parent', 'closed');
    await ask();
    child.send('over');
  },

  child() {
    process.once('message', (port, server) => {
      alias(port, '<port>');
      trace('child', 'message', port, server);
      trace('child', 'server', server.listening, server.address());
      server.on('connection', (peer) => peer.end('child'));
      process.once('message', () => server.close());
      process.send('ready');
    });
  },
});
