// 'resume' follows resume() even where destroy() came in between.
'use strict';
const { pair, play, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(client, 'client', 'resume', 'close');
  client.resume();
  client.destroy();
  peer.resume();
});
