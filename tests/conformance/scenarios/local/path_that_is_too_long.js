// A path longer than the system allows never listens: an 'error' event in Node. netserve raises
// at once and names the limit, since such a path is a mistake that no later attempt cures.
'use strict';
const net = require('node:net');
const { attempt, localPath, play, watch } = require('../../scenario');

play(() => {
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  attempt('server', 'listen', () => server.listen(localPath('x'.repeat(200))));
});
