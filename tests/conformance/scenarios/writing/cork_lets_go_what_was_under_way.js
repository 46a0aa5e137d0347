// cork() holds back what is written from now on; what was under way before goes on.
'use strict';
const { once, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { pauseOnConnect: true } });
  // More than the system's buffers take.
  const total = 64 << 20;
  client.resume();
  client.write(Buffer.alloc(total));
  client.cork();
  client.write('more');
  trace('client', 'waiting', client.writableLength > 4);
  let received = 0;
  const first = new Promise((resolve) => {
    peer.on('data', (chunk) => {
      received += chunk.length;
      if (received === total) resolve();
    });
  });
  peer.resume();
  await first;
  trace('server', 'received', received === total);
  client.uncork();
  client.end();
  await once(peer, 'end');
  trace('server', 'received', received - total);
});
