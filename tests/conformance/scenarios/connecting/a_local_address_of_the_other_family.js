// A local address of the other family than the address that was found can not be bound.
'use strict';
const net = require('node:net');
const { deafPort, once, play, watch, watchAttempts } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  for (const options of [
    { host: '127.0.0.1', localAddress: '::1' },
    { host: '::1', localAddress: '127.0.0.1' },
    {
      host: 'a.example',
      localAddress: '127.0.0.1',
      lookup: (host, asked, callback) => process.nextTick(callback, null, '::1', 6),
    },
  ]) {
    const client = net.createConnection({ port, ...options });
    watchAttempts(client, 'client');
    watch(client, 'client', 'error');
    await once(client, 'close');
  }
});
