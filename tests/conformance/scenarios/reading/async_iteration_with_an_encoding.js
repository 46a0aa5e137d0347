// Iterating yields text once set_encoding was called.
'use strict';
const { pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  peer.setEncoding('utf8');
  client.end('grüezi');
  let text = '';
  for await (const chunk of peer) text += chunk;
  trace('loop', 'done', typeof text === 'string', text);
});
