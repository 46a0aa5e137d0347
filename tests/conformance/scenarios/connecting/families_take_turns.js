// The addresses of a host are tried one after the other, the families taking turns: the family of
// the first address begins, and each address is tried once.
// only: linux
'use strict';
const net = require('node:net');
const { answering, deafPort, once, play, trace, tried, watchAttempts } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  for (const addresses of [
    ['127.0.0.1', '127.0.0.2', '127.0.0.3', '::1'],
    ['::1', '127.0.0.1', '127.0.0.1', '127.0.0.2', '::1'],
    ['127.0.0.2', '127.0.0.1'],
  ]) {
    const client = net.createConnection({
      port, host: 'a.example', lookup: answering(...addresses),
    });
    watchAttempts(client, 'client');
    client.on('error', (error) => trace('client', 'error', error.code, error.errors));
    await once(client, 'close');
    trace('client', 'tried', tried(client));
  }
});
