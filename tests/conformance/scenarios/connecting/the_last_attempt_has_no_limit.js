// The attempt that none can follow may take as long as it likes; a socket that is destroyed
// meanwhile says that the attempt was called off.
// only: linux
'use strict';
const net = require('node:net');
const {
  SILENT, answering, later, once, play, silentPort, trace, tried, watchAttempts,
} = require('../../scenario');

play(async () => {
  const client = net.createConnection({
    port: silentPort(),
    host: 'a.example',
    lookup: answering('127.0.0.2', SILENT),
    autoSelectFamilyAttemptTimeout: 10,
  });
  watchAttempts(client, 'client');
  later(0.2, () => client.destroy());
  await once(client, 'close');
  trace('client', 'tried', tried(client), client.connecting);
});
