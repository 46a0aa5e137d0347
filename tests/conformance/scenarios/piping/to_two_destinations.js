// A source may be piped to two destinations: both get all of it.
'use strict';
const { collect, pair, play } = require('../../scenario');

play(async () => {
  const source = await pair();
  const one = await pair();
  const two = await pair();
  for (const socket of [source.client, one.client, two.client]) socket.resume();
  source.peer.pipe(one.client);
  source.peer.pipe(two.client);
  collect(one.peer, 'one');
  collect(two.peer, 'two');
  source.client.end('x'.repeat(200000));
});
