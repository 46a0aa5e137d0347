// destroy() of a socket that never connected: 'close' still comes, once.
'use strict';
const net = require('node:net');
const { play, trace, watch } = require('../../scenario');

play(() => {
  const client = new net.Socket();
  watch(client, 'client', 'error', 'end');
  client.on('close', (hadError) => trace('client', 'close', Boolean(hadError)));
  client.destroy();
  trace('client', 'destroy returned', client.destroyed, client.readyState);
});
