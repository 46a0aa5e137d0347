// A write larger than the mark is True where the system takes it whole: nothing waits.
'use strict';
const { collect, pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ clientOptions: { highWaterMark: 1000 } });
  collect(peer, 'server');
  client.resume();
  watch(client, 'client', 'drain', 'finish', 'close');
  trace('client', 'write', client.write('x'.repeat(2000)), client.writableNeedDrain);
  trace('client', 'waiting', client.writableLength);
  await sleep(0.05);
  client.end();
});
