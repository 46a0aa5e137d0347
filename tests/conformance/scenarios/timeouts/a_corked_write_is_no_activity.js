// What is written into a cork moves no byte: the socket stays idle.
'use strict';
const { pair, play, sleep, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.resume();
  client.resume();
  watch(client, 'client', 'timeout');
  client.cork();
  client.setTimeout(20);
  await sleep(0.1);
  client.write('held back');
  await sleep(0.1);
  client.end();
});
