// With auto_select_family off only the first address is tried, and only that is asked for.
// only: linux
'use strict';
const net = require('node:net');
const { deafPort, once, play, trace, tried, watch, watchAttempts } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  const client = net.createConnection({
    port,
    host: 'a.example',
    autoSelectFamily: false,
    lookup(host, options, callback) {
      trace('client', 'asked', host, Boolean(options.all));
      process.nextTick(callback, null, '127.0.0.2', 4);
    },
  });
  watchAttempts(client, 'client');
  watch(client, 'client', 'error');
  await once(client, 'close');
  trace('client', 'tried', tried(client));
});
