// In Node an attempt that is under way keeps the program alive whatever unref() says; in netserve
// unref() lets the program end, as it is documented.
// only: linux
'use strict';
const net = require('node:net');
const { SILENT, answering, play, silentPort, trace } = require('../../scenario');

play(() => {
  const client = net.createConnection({
    port: silentPort(),
    host: 'a.example',
    lookup: answering(SILENT, '127.0.0.2'),
    autoSelectFamilyAttemptTimeout: 20,
  });
  trace('client', 'unref', client.unref() === client);
  client.on('error', (error) => trace('client', 'error', error.code));
});
