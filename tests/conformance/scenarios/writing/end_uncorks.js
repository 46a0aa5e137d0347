// end() sends what cork() held back.
'use strict';
const { collect, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  collect(peer, 'server');
  client.resume();
  watch(client, 'client', 'finish', 'close');
  client.cork();
  client.write('held ', () => trace('client', 'callback'));
  client.end('back');
});
