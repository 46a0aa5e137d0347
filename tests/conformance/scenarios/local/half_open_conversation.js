// Half-closing works on a path as it does on TCP.
'use strict';
const net = require('node:net');
const { collect, localPath, once, play, watch } = require('../../scenario');

play(async () => {
  const server = net.createServer({ allowHalfOpen: true }, (peer) => {
    collect(peer, 'server');
    watch(peer, 'server', 'finish', 'close');
    peer.on('end', () => peer.end('answer'));
  });
  await once(server.listen(localPath('s')), 'listening');
  const client = net.createConnection(localPath('s'), () => client.end('question'));
  collect(client, 'client');
  watch(client, 'client', 'finish', 'close');
  await once(client, 'close');
  server.close();
});
