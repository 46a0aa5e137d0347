// An error of the lookup is told by 'lookup', then by 'error'.
'use strict';
const net = require('node:net');
const { play, trace, watch } = require('../../scenario');

play(() => {
  const client = net.createConnection({
    port: 1,
    host: 'anything.example',
    autoSelectFamily: false,
    lookup(host, options, callback) {
      process.nextTick(callback, new Error('no such place'));
    },
  });
  client.on('lookup', (error) => trace('client', 'lookup', error));
  watch(client, 'client', 'connect', 'error', 'close');
});
