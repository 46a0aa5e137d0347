// What a lookup is told: the family, the flags, and whether all addresses are of use.
'use strict';
const net = require('node:net');
const { deafPort, once, play, trace, watch } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  for (const options of [
    {},
    { family: 0 },
    { family: 4 },
    { family: 'IPv6' },
    { family: 4, autoSelectFamily: true },
    { hints: 8 },
    { hints: 8, family: 6 },
    { hints: 1 },
    { autoSelectFamily: false },
    { localAddress: '127.0.0.1' },
    { localAddress: '127.0.0.1', autoSelectFamily: true },
    { localPort: 4711 },
    { family: null, hints: null, autoSelectFamily: null, localAddress: null, localPort: null },
  ]) {
    const client = net.createConnection({
      port,
      host: 'a.example',
      ...options,
      lookup(host, asked, callback) {
        const { family, hints, all } = asked;
        trace('client', 'asked', family ?? 0, hints, Boolean(all));
        process.nextTick(callback, new Error('no such place'));
      },
    });
    watch(client, 'client', 'lookup', 'error');
    await once(client, 'close');
  }
});
