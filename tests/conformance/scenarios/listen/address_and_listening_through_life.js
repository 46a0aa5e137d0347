// address() is None and `listening` false before listening and once close() was called.
'use strict';
const net = require('node:net');
const { once, play, trace } = require('../../scenario');

play(async () => {
  const server = net.createServer();
  const state = (when) => trace('server', when, server.listening, server.address() !== null);
  state('created');
  server.listen(0);
  state('listen returned');
  await once(server, 'listening');
  state('listening');
  server.close();
  state('close returned');
  await once(server, 'close');
  state('closed');
});
