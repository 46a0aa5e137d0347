// When all attempts fail, the code is that of the first: ETIMEDOUT, if it took too long.
// only: linux
'use strict';
const net = require('node:net');
const {
  SILENT, answering, once, play, silentPort, trace, watchAttempts,
} = require('../../scenario');

play(async () => {
  const client = net.createConnection({
    port: silentPort(),
    host: 'a.example',
    lookup: answering(SILENT, '127.0.0.2'),
    autoSelectFamilyAttemptTimeout: 20,
  });
  watchAttempts(client, 'client');
  client.on('error', (error) => trace('client', 'error', error.code, error.errors));
  await once(client, 'close');
});
