// reset_and_destroy() reaches the other side as ECONNRESET, and this one as a plain close.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(client, 'client', 'end', 'error', 'close');
  watch(peer, 'server', 'end', 'error', 'close');
  client.resume();
  peer.resume();
  trace('server', 'reset', peer.resetAndDestroy() === peer, peer.destroyed);
});
