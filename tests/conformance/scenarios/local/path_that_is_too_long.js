// Differs on purpose: a path longer than the system allows never listens. Node says so in an
// 'error' event; netserve raises at once, since such a path is a mistake and no attempt cures it.
// since: 22
'use strict';
const net = require('node:net');
const { attempt, localPath, play, trace, watch } = require('../../scenario');

play(() => {
  // (Node 20 cuts the path off and listens at what is left.)
  const server = net.createServer();
  watch(server, 'server', 'listening', 'close');
  server.on('error', ({ code }) => trace('server', 'error', code));
  attempt('server', 'listen', () => server.listen(localPath('x'.repeat(200))));
});
