// A listener of any step may destroy the socket: no further step is taken.
// only: linux
'use strict';
const net = require('node:net');
const {
  SILENT, answering, once, play, silentPort, trace, tried, watch, watchAttempts,
} = require('../../scenario');

play(async () => {
  for (const event of ['lookup', 'connectionAttemptFailed', 'connectionAttemptTimeout']) {
    const client = net.createConnection({
      port: silentPort(),
      host: 'a.example',
      lookup: answering('127.0.0.2', SILENT, '127.0.0.3'),
      autoSelectFamilyAttemptTimeout: 20,
    });
    watchAttempts(client, 'client');
    watch(client, 'client', 'error');
    client.once(event, () => client.destroy());
    await once(client, 'close');
    trace('client', 'tried', tried(client));
  }
});
