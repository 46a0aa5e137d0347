// A local port that is in use: an error of bind, which no attempt comes before.
// only: linux
'use strict';
const net = require('node:net');
const {
  alias, answering, once, play, portOf, serve, trace, tried, watchAttempts,
} = require('../../scenario');

play(async () => {
  const server = await serve();
  const port = alias(portOf(server), '<port>');
  for (const options of [
    { host: '127.0.0.1', localAddress: '127.0.0.1' },
    { host: '127.0.0.1' },
    { host: 'a.example', lookup: answering('127.0.0.2', '127.0.0.3') },
  ]) {
    const client = net.createConnection({ port, localPort: port, ...options });
    watchAttempts(client, 'client');
    client.on('error', (error) => trace('client', 'error', error.code, error.errors ?? [error]));
    await once(client, 'close');
    trace('client', 'tried', tried(client));
  }
  server.close();
});
