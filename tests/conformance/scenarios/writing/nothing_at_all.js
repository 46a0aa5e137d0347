// Writing nothing is allowed: the callback runs, the other side sees nothing.
'use strict';
const { collect, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  collect(peer, 'server');
  client.resume();
  trace('client', 'write', client.write('', () => trace('client', 'first callback')));
  client.write(Buffer.alloc(0), () => trace('client', 'second callback'));
  client.end('', () => trace('client', 'end callback', client.bytesWritten));
});
