// With reuse_port two servers of one program can listen on the same port.
// since: 23
// only: linux
'use strict';
const net = require('node:net');
const { once, play, portOf, trace, watch } = require('../../scenario');

play(async () => {
  const first = net.createServer();
  await once(first.listen({ port: 0, host: '127.0.0.1', reusePort: true }), 'listening');
  const second = net.createServer();
  watch(second, 'second', 'listening', 'error', 'close');
  second.listen({ port: portOf(first), host: '127.0.0.1', reusePort: true });
  await once(second, 'listening');
  trace('second', 'same port', portOf(second) === portOf(first));
  first.close();
  second.close();
});
