// What the system refuses at once is an attempt that failed where another address follows, and
// only an error where none does.
'use strict';
const net = require('node:net');
const { answering, deafPort, once, play, trace, watchAttempts } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  for (const options of [
    { host: '255.255.255.255' },
    { host: 'a.example', lookup: answering('255.255.255.255', '127.0.0.1') },
    { host: 'a.example', lookup: answering('127.0.0.1', '255.255.255.255') },
  ]) {
    const client = net.createConnection({ port, ...options });
    watchAttempts(client, 'client');
    client.on('error', (error) => trace('client', 'error', error.code, error.errors ?? [error]));
    await once(client, 'close');
  }
});
