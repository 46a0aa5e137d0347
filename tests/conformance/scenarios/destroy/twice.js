// Only the first destroy() counts: one 'close', and a later error is not told.
'use strict';
const { once, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(client, 'client', 'error', 'close');
  peer.resume();
  client.destroy();
  client.destroy(new Error('too late'));
  await once(client, 'close');
  client.destroy(new Error('much too late'));
  trace('client', 'errored', client.errored);
});
