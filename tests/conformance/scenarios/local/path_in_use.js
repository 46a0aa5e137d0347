// A path where a server listens is an 'error' event that names the path.
'use strict';
const net = require('node:net');
const { localPath, once, play, trace, watch } = require('../../scenario');

play(async () => {
  const first = net.createServer();
  await once(first.listen(localPath('s')), 'listening');
  const second = net.createServer();
  watch(second, 'second', 'listening', 'error', 'close');
  second.listen(localPath('s'));
  trace('second', 'listen returned', second.listening);
  await once(second, 'error');
  first.close();
});
