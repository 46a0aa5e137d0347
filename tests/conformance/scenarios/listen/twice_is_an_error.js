// A second listen() throws and leaves the first undisturbed.
'use strict';
const net = require('node:net');
const { attempt, once, play, watch } = require('../../scenario');

play(async () => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen(0);
  attempt('server', 'second listen', () => server.listen(0));
  await once(server, 'listening');
  attempt('server', 'third listen', () => server.listen(0));
  server.close();
});
