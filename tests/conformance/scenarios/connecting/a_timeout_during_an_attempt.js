// The idle time of a socket runs while it connects, and is told of while it connects.
// only: linux
'use strict';
const net = require('node:net');
const {
  SILENT, answering, once, play, silentPort, trace, watch, watchAttempts,
} = require('../../scenario');

play(async () => {
  const client = net.createConnection({
    port: silentPort(),
    host: 'a.example',
    lookup: answering(SILENT, '127.0.0.2'),
    timeout: 30,
  });
  watchAttempts(client, 'client');
  watch(client, 'client', 'error');
  client.on('timeout', () => {
    trace('client', 'timeout', client.connecting);
    client.destroy();
  });
  await once(client, 'close');
});
