// What arrives before anyone listens waits for the first 'data' listener.
'use strict';
const { collect, pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  client.write('early ');
  await sleep(0.05);
  client.end('late');
  await sleep(0.05);
  trace('server', 'waiting', peer.readableEnded, peer.isPaused());
  collect(peer, 'server');
  watch(peer, 'server', 'end', 'close');
});
