// The callbacks of write() run in the order of writing, before 'finish'.
'use strict';
const { collect, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  collect(peer, 'server');
  client.resume();
  watch(client, 'client', 'finish', 'close');
  for (const word of ['one ', 'two ', 'three ']) {
    client.write(word, (error) => trace('client', 'callback', word, error));
  }
  client.end('four', () => trace('client', 'end callback'));
  trace('client', 'written');
});
