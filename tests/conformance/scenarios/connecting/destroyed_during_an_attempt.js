// A socket that is destroyed during one of several attempts says that it was called off, after
// its error and before it closes. With one address it says nothing.
// only: linux
'use strict';
const net = require('node:net');
const {
  SILENT, answering, later, once, play, silentPort, trace, tried, watch, watchAttempts,
} = require('../../scenario');

play(async () => {
  for (const [error, ...addresses] of [
    [undefined, SILENT, '127.0.0.2'],
    [new Error('enough'), SILENT, '127.0.0.2'],
    [new Error('enough'), SILENT],
  ]) {
    const client = net.createConnection({
      port: silentPort(), host: 'a.example', lookup: answering(...addresses),
    });
    watchAttempts(client, 'client');
    watch(client, 'client', 'error');
    client.on('connectionAttempt', () => later(0, () => client.destroy(error)));
    await once(client, 'close');
    trace('client', 'tried', tried(client));
  }
});
