// With one address there is nothing to choose: no list of what was tried, and an error that is no
// collection.
'use strict';
const net = require('node:net');
const {
  answering, deafPort, once, play, trace, tried, watch, watchAttempts,
} = require('../../scenario');

play(async () => {
  const port = await deafPort();
  for (const options of [
    { host: '127.0.0.1' },
    { host: 'a.example', lookup: answering('127.0.0.1', '127.0.0.1') },
  ]) {
    const client = net.createConnection({ port, ...options });
    watchAttempts(client, 'client');
    watch(client, 'client', 'error');
    client.on('connectionAttemptFailed', () => trace('client', 'state', client.connecting));
    await once(client, 'close');
    trace('client', 'tried', tried(client));
  }
});
