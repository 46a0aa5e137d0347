// A child's sockets can be sent to the parent and are counted there. The child lives until its
// server's 'close', which waits for them.
'use strict';
const net = require('node:net');
const { collect, once, playParts, portOf, serve, sleep, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    watch(child, 'parent', 'exit');
    const [port] = await once(child, 'message');
    const client = net.createConnection(port, '127.0.0.1');
    collect(client, 'client');
    client.write('hello');
    const [message, socket] = await once(child, 'message');
    trace('parent', 'message', message, socket, socket.server);
    collect(socket, 'parent');
    child.send('taken');
    await once(child, 'message');
    await sleep(0.1);
    socket.end('from the parent');
    client.end();
  },

  async child() {
    const server = await serve(undefined, { pauseOnConnect: true });
    process.send(portOf(server));
    const [peer] = await once(server, 'connection');
    process.send('take', peer);
    await once(process, 'message');
    server.getConnections((error, count) => {
      trace('child', 'count', error, count);
      process.send('counted');
      server.close(() => {
        trace('child', 'closed');
        process.disconnect();
      });
    });
  },
});
