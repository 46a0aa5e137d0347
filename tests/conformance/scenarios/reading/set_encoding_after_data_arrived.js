// set_encoding applies to what has arrived and not been taken.
'use strict';
const { pair, play, sleep, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  client.write('héllo');
  await sleep(0.05);
  peer.setEncoding('latin1');
  peer.on('data', (chunk) => trace('server', 'data', chunk));
  await sleep(0.02);
  client.end();
});
