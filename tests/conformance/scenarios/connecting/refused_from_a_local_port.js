// An attempt from a local port that was asked for fails with both ends in its error.
// only: linux
'use strict';
const net = require('node:net');
const { deafPort, localPort, once, play, watch, watchAttempts } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  for (const options of [
    { localAddress: '127.0.0.2', localPort: localPort() },
    { localAddress: '127.0.0.2' },
    { localPort: localPort() },
  ]) {
    const client = net.createConnection({ port, host: '127.0.0.1', ...options });
    watchAttempts(client, 'client');
    watch(client, 'client', 'error');
    await once(client, 'close');
  }
});
