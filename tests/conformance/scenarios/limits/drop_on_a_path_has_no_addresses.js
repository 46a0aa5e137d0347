// On a local server there are no addresses to tell: 'drop' carries nothing.
'use strict';
const net = require('node:net');
const { localPath, once, play, trace, watch } = require('../../scenario');

play(async () => {
  const server = net.createServer((peer) => {
    trace('server', 'connection');
    peer.resume();
  });
  server.maxConnections = 1;
  server.on('drop', (info) => trace('server', 'drop', info));
  watch(server, 'server', 'close');
  await once(server.listen(localPath('s')), 'listening');
  const first = net.createConnection(localPath('s'));
  await once(first, 'connect');
  const second = net.createConnection(localPath('s'));
  await once(second.resume(), 'close');
  first.destroy();
  server.close();
});
