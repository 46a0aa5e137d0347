// A socket may be destroyed while its lookup is under way; an answer that comes afterwards is of
// no use.
'use strict';
const net = require('node:net');
const { deafPort, later, once, play, trace, watch, watchAttempts } = require('../../scenario');

play(async () => {
  let answer;
  const client = net.createConnection({
    port: await deafPort(),
    host: 'a.example',
    lookup(host, options, callback) { answer = callback; },
  });
  watchAttempts(client, 'client');
  watch(client, 'client', 'error');
  trace('client', 'state', client.connecting, client.pending, client.readyState);
  later(0, () => client.destroy());
  await once(client, 'close');
  answer(null, [{ address: '127.0.0.1', family: 4 }]);
  later(0.02, () => trace('client', 'state', client.connecting, client.destroyed));
});
