// 'end' comes only after the data has been taken, however late a reader comes.
'use strict';
const { collect, pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(peer, 'server', 'end', 'close');
  client.resume();
  client.end('patience');
  await sleep(0.05);
  trace('server', 'before reading', peer.readableEnded, peer.destroyed);
  collect(peer, 'server');
});
