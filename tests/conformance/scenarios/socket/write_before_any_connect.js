// write() on a socket that was never told where to connect waits, and fails when it closes.
'use strict';
const net = require('node:net');
const { play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const client = new net.Socket();
  watch(client, 'client', 'error', 'finish');
  client.on('close', () => trace('client', 'close'));
  const accepted = client.write('x', (error) => trace('callback', 'called', Boolean(error)));
  trace('client', 'write', accepted);
  await sleep(0.02);
  trace('client', 'waits', client.pending, client.destroyed);
  client.destroy();
});
