// An encoding that doesn't exist throws.
'use strict';
const { attempt, pair, play } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.resume();
  client.resume();
  attempt('client', 'write', () => client.write('x', 'morse'));
  client.end();
});
