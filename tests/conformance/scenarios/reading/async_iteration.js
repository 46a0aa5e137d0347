// Iterating a socket yields its data, then ends with it.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  watch(peer, 'server', 'end', 'close');
  client.end('all of it');
  let text = '';
  for await (const chunk of peer) text += chunk;
  trace('loop', 'done', text);
});
