// When the other side's end has ended this one too, a late write is EPIPE.
'use strict';
const { later, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  peer.resume();
  watch(peer, 'server', 'error', 'close');
  peer.on('end', () => {
    later(0, () => {
      peer.write('too late', (error) => trace('server', 'callback', error));
    });
  });
  client.end();
});
