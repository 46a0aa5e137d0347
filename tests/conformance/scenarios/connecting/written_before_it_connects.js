// What is written before there is a connection waits through all attempts and goes out once.
// only: linux
'use strict';
const net = require('node:net');
const {
  SILENT, answering, collect, once, play, portOf, serveBesideSilence, trace, watchAttempts,
} = require('../../scenario');

play(async () => {
  const server = await serveBesideSilence((peer) => collect(peer, 'server'));
  const client = net.createConnection({
    port: portOf(server),
    host: 'a.example',
    lookup: answering('127.0.0.2', SILENT, '127.0.0.1'),
    autoSelectFamilyAttemptTimeout: 20,
  });
  watchAttempts(client, 'client');
  client.write('hello, ');
  client.write('world', () => trace('client', 'written'));
  trace('client', 'state', client.bytesWritten, client.pending, client.readyState);
  client.on('ready', () => client.end());
  await once(client, 'close');
  server.close();
});
