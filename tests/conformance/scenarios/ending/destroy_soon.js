// destroy_soon() writes what waits, then destroys, whatever the other side still sends.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { allowHalfOpen: true } });
  peer.on('error', () => {});
  let total = 0;
  peer.on('data', (chunk) => { total += chunk.length; });
  peer.on('end', () => {
    trace('server', 'total', total);
    peer.end();
  });
  watch(client, 'client', 'finish', 'end', 'error', 'close');
  client.write('x'.repeat(1000000));
  client.destroySoon();
  trace('client', 'destroy_soon returned', client.destroyed, client.writableEnded);
});
