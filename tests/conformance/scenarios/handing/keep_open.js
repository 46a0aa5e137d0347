// With keep_open both processes have the socket; its end comes when both have closed it.
'use strict';
const net = require('node:net');
const { collect, once, playParts, portOf, serve, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const client = net.createConnection(portOf(server), '127.0.0.1');
    collect(client, 'client');
    const [peer] = await once(server, 'connection');
    watch(peer, 'parent', 'close');
    const child = startPart('child');
    watch(child, 'parent', 'exit');
    child.send('take', peer, { keepOpen: true });
    trace('parent', 'sent', peer.destroyed, peer.readyState);
    await once(child, 'exit');
    peer.write(' and the parent');
    peer.destroySoon();
    server.close();
  },

  child() {
    process.once('message', (message, socket) => {
      socket.write('the child', () => socket.destroy());
    });
  },
});
