// A port in use is an 'error' event that names it; no 'close' follows, the server isn't open.
'use strict';
const net = require('node:net');
const { alias, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const first = await serve();
  const port = alias(portOf(first), '<port>');
  const second = net.createServer();
  watch(second, 'second', 'listening', 'error', 'close');
  second.listen(port, '127.0.0.1', () => trace('second', 'callback'));
  trace('second', 'listen returned');
  await once(second, 'error');
  trace('second', 'state', second.listening, second.address());
  first.close();
});
