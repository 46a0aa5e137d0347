// Who answers and ends inside 'data' has finished before the other side's end is told.
'use strict';
const { pair, play, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { allowHalfOpen: true } });
  watch(peer, 'server', 'data', 'finish', 'end', 'close');
  peer.on('data', () => peer.end('answer'));
  client.resume();
  client.end('question');
});
