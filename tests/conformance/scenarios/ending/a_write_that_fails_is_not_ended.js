// A write that the system refuses at once leaves a socket that was not ended.
'use strict';
const { localPath, once, play, trace, watch } = require('../../scenario');

play(async () => {
  const net = require('node:net');
  const server = net.createServer((peer) => peer.destroy()).listen(localPath('s'));
  await once(server, 'listening');
  const client = net.createConnection({ path: localPath('s'), allowHalfOpen: true });
  watch(client, 'client', 'finish', 'error', 'close');
  await once(client.resume(), 'end');
  trace('client', 'writable', client.writable);
  trace('client', 'write', client.write('x'), client.writable);
  client.end();
  trace('client', 'ended', client.writableEnded);
  await once(client, 'close');
  trace('client', 'ended', client.writableEnded);
  server.close();
});
