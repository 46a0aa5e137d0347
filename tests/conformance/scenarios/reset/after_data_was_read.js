// Data that was read before the reset stays; the reset follows as an error.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(client, 'client', 'end', 'error', 'close');
  peer.resume();
  client.once('data', (chunk) => {
    trace('client', 'data', chunk);
    peer.resetAndDestroy();
  });
  peer.write('before the storm');
});
