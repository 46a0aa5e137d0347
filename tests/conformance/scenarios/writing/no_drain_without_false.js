// 'drain' isn't told when no write() was False.
'use strict';
const { collect, pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ clientOptions: { highWaterMark: 65536 } });
  collect(peer, 'server');
  client.resume();
  watch(client, 'client', 'drain', 'finish', 'close');
  for (let count = 0; count < 3; count++) trace('client', 'write', client.write('little'));
  await sleep(0.05);
  client.end();
});
