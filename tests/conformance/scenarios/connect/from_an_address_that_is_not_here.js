// A local_address that no interface has is an 'error' event.
'use strict';
const net = require('node:net');
const { deafPort, play, watch } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  const client = net.createConnection({ port, host: '127.0.0.1', localAddress: '192.0.2.1' });
  watch(client, 'client', 'connect', 'error', 'close');
});
