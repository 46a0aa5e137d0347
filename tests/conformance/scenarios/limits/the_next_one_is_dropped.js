// With max_connections reached, the next client is dropped: 'drop' tells both its ends.
'use strict';
const net = require('node:net');
const { alias, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.on('error', () => {}));
  server.maxConnections = 1;
  watch(server, 'server', 'close');
  const port = alias(portOf(server), '<server port>');
  server.on('connection', () => trace('server', 'connection'));
  const first = net.createConnection(port, '127.0.0.1');
  await once(first, 'connect');
  const dropped = once(server, 'drop');
  const second = net.createConnection(port, '127.0.0.1');
  let secondPort;
  second.on('connect', () => { secondPort = second.localPort; });
  second.resume();
  watch(second, 'second', 'connect', 'end', 'close');
  const [[info]] = await Promise.all([dropped, once(second, 'close')]);
  trace('server', 'drop', info.remotePort === secondPort, { ...info, remotePort: null });
  first.destroy();
  server.close();
});
