// destroy() within 'end': 'close' follows, without 'finish'.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(peer, 'server', 'finish', 'error', 'close');
  peer.on('end', () => {
    trace('server', 'end');
    peer.destroy();
  });
  peer.resume();
  client.end();
  client.resume();
});
