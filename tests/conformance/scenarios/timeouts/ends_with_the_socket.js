// A socket that was destroyed tells no 'timeout' any more.
'use strict';
const { pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  peer.resume();
  watch(client, 'client', 'timeout', 'close');
  client.setTimeout(50);
  client.destroy();
  await sleep(0.2);
  trace('client', 'afterwards', client.destroyed);
});
