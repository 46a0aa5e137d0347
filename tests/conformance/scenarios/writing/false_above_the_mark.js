// write() is False at the high-water mark or above it; 'drain' tells that it went out.
'use strict';
const { pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ clientOptions: { highWaterMark: 1000 } });
  peer.resume();
  client.resume();
  trace('client', 'mark', client.writableHighWaterMark, client.readableHighWaterMark);
  client.cork();
  trace('client', 'write', client.write('x'.repeat(999)), client.writableNeedDrain);
  trace('client', 'write', client.write('x'), client.writableNeedDrain);
  trace('client', 'waiting', client.writableLength);
  client.on('drain', () => {
    trace('client', 'drain', client.writableLength, client.writableNeedDrain);
    client.end();
  });
  client.uncork();
});
