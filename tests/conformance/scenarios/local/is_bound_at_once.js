// A local server is bound when listen() returns: there is no name to look up.
'use strict';
const net = require('node:net');
const { localPath, play, trace, watch } = require('../../scenario');

play(() => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'close');
  server.listen(localPath('s'), () => server.close());
  trace('server', 'listen returned', server.listening, server.address());
});
