// A reset is told even where nobody listens to data.
'use strict';
const { pair, play, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(peer, 'server', 'end', 'error', 'close');
  client.resetAndDestroy();
});
