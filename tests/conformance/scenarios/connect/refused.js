// Nobody listens: the error tells the code, the call, the address and the port.
'use strict';
const net = require('node:net');
const { deafPort, play, trace, watch } = require('../../scenario');

play(async () => {
  const client = net.createConnection(await deafPort(), '127.0.0.1');
  watch(client, 'client', 'connect', 'ready', 'error', 'end', 'close');
  client.on('error', () => trace('client', 'state', client.destroyed, client.connecting));
});
