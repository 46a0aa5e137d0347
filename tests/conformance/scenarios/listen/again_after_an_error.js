// A server whose listen() failed can be told to listen again.
'use strict';
const net = require('node:net');
const { alias, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const first = await serve();
  const port = alias(portOf(first), '<port>');
  const second = net.createServer();
  watch(second, 'second', 'listening', 'error', 'close');
  second.once('error', () => {
    first.close(() => second.listen(port, '127.0.0.1'));
  });
  second.listen(port, '127.0.0.1');
  second.once('listening', () => {
    trace('second', 'has the port', portOf(second));
    second.close();
  });
});
