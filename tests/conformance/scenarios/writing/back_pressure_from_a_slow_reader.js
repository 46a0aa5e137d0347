// A reader that doesn't read holds the writer back; once it reads, all arrives.
'use strict';
const { collect, pair, play, sleep, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({
    serverOptions: { pauseOnConnect: true }, clientOptions: { highWaterMark: 65536 },
  });
  client.resume();
  // More than the system's buffers take.
  const total = 64 << 20;
  trace('client', 'write', client.write(Buffer.alloc(total)));
  client.on('drain', () => {
    trace('client', 'drain', client.writableLength, client.bytesWritten === total);
    client.end();
  });
  await sleep(0.05);
  trace('client', 'held back', client.writableNeedDrain, client.writableLength > 0);
  collect(peer, 'server');
  peer.resume();
});
