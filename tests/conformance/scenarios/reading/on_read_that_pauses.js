// An on_read callback that returns False pauses the socket until resume().
'use strict';
const { later, pair, play, sleep, trace } = require('../../scenario');

play(async () => {
  let total = 0;
  let paused = 0;
  const { client, peer } = await pair({
    clientOptions: {
      onread: {
        buffer: Buffer.alloc(64 * 1024),
        callback(nread) {
          total += nread;
          paused += 1;
          later(0.001, () => client.resume());
          return false;
        },
      },
    },
  });
  client.on('end', () => trace('client', 'end', total, paused > 1));
  peer.resume();
  peer.write('one ');
  await sleep(0.05);
  peer.end('two');
});
