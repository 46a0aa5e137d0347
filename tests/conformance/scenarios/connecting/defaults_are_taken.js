// What the defaults say is what connect() does, unless it is told otherwise.
// only: linux
// alone: it changes the defaults of the program
'use strict';
const net = require('node:net');
const {
  SILENT, answering, once, play, silentPort, trace, watchAttempts,
} = require('../../scenario');

play(async () => {
  const asked = async (options) => {
    const client = net.createConnection({
      port: silentPort(),
      host: 'a.example',
      ...options,
      lookup(host, { all }, callback) {
        trace('client', 'all', Boolean(all));
        process.nextTick(callback, new Error('no such place'));
      },
    });
    client.on('error', () => {});
    await once(client, 'close');
  };
  net.setDefaultAutoSelectFamily(false);
  await asked({});
  await asked({ autoSelectFamily: true });
  net.setDefaultAutoSelectFamily(true);
  await asked({});
  net.setDefaultAutoSelectFamilyAttemptTimeout(20);
  const client = net.createConnection({
    port: silentPort(), host: 'a.example', lookup: answering(SILENT, '127.0.0.2'),
  });
  watchAttempts(client, 'client');
  client.on('error', (error) => trace('client', 'error', error.code));
});
