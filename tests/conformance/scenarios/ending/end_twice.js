// A second end() is harmless; its callback waits for the finish, or learns that it is over.
'use strict';
const { once, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.resume();
  watch(client, 'client', 'error', 'finish', 'close');
  client.resume();
  client.end((error) => trace('client', 'first callback', error));
  client.end((error) => trace('client', 'second callback', error));
  await once(client, 'close');
  client.end((error) => trace('client', 'third callback', error));
});
