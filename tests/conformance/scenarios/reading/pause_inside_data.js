// pause() within 'data' holds for what has already arrived.
'use strict';
const { later, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  let total = 0;
  let deaf = false;
  peer.on('data', (chunk) => {
    if (deaf) trace('server', 'data while paused');
    total += chunk.length;
    deaf = true;
    peer.pause();
    later(0.001, () => {
      deaf = false;
      peer.resume();
    });
  });
  peer.on('end', () => trace('server', 'end', total));
  client.end('x'.repeat(300000));
});
