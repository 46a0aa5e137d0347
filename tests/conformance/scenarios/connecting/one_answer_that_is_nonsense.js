// A single answer that is no address or no family is told by lookup, then it is the error; an
// address of the other family is one that the system refuses.
'use strict';
const net = require('node:net');
const { deafPort, once, play, trace, watchAttempts } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  for (const [address, family] of [
    ['localhost', 4], ['', 4], [null, 4], [5, 4], ['127.0.0.1 ', 4],
    ['127.0.0.1', 5], ['127.0.0.1', 0], ['127.0.0.1', '4'], ['127.0.0.1', true],
    ['127.0.0.1', 6], ['::1', 4],
  ]) {
    const client = net.createConnection({
      port,
      host: 'a.example',
      autoSelectFamily: false,
      lookup: (host, options, callback) => process.nextTick(callback, null, address, family),
    });
    watchAttempts(client, 'client');
    client.on('error', (error) => trace('client', 'error', error.code, error.syscall));
    await once(client, 'close');
  }
});
