// An attempt that takes too long is given up for the next address, which may be the one that
// answers.
// only: linux
'use strict';
const net = require('node:net');
const {
  SILENT, answering, once, play, portOf, serveBesideSilence, trace, tried, watchAttempts,
} = require('../../scenario');

play(async () => {
  const server = await serveBesideSilence();
  const client = net.createConnection({
    port: portOf(server),
    host: 'a.example',
    lookup: answering(SILENT, '127.0.0.2', '127.0.0.1'),
    autoSelectFamilyAttemptTimeout: 50,
  });
  watchAttempts(client, 'client');
  client.on('connectionAttempt', () => trace('client', 'connecting', client.connecting));
  client.on('connect', () => {
    trace('client', 'connected', client.remoteAddress, client.connecting, tried(client));
    client.destroy();
  });
  await once(client, 'close');
  server.close();
});
