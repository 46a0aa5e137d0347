// A server can listen on another server's handle: same address, the newcomer is served.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const first = await serve(() => trace('first', 'connection'));
  const second = net.createServer((socket) => {
    trace('second', 'connection');
    socket.end();
  });
  watch(second, 'second', 'listening', 'error', 'close');
  second.listen(first);
  await once(second, 'listening');
  trace('second', 'same port', portOf(second) === portOf(first));
  const client = net.createConnection(portOf(second), '127.0.0.1');
  client.resume();
  await once(client, 'close');
  second.close();
  first.close(() => trace('first', 'closed'));
});
