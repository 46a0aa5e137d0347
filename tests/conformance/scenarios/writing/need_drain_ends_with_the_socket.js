// Nobody waits for a drain of a socket that was ended or destroyed.
'use strict';
const { once, pair, play, trace } = require('../../scenario');

play(async () => {
  for (const how of ['end', 'destroy']) {
    const { client, peer } = await pair({ clientOptions: { highWaterMark: 10 } });
    peer.resume();
    client.resume().cork();
    trace('client', 'write', client.write('x'.repeat(20)), client.writableNeedDrain);
    client[how]();
    trace('client', how, client.writableNeedDrain);
    await once(client, 'close');
    trace('client', 'closed', client.writableNeedDrain);
  }
});
