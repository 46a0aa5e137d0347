// Reading and writing put 'timeout' off.
'use strict';
const { pair, play, sleep, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.setTimeout(1000, () => {
    trace('client', 'timeout');
    client.destroy();
  });
  client.resume();
  peer.resume();
  for (let round = 0; round < 4; round++) {
    await sleep(0.2);
    client.write('x');
  }
  for (let round = 0; round < 4; round++) {
    await sleep(0.2);
    peer.write('x');
  }
  trace('client', 'busy for longer than that');
});
