// end() with data after both ends is a write after the end; write() says that nobody reads.
'use strict';
const { once, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume().on('error', () => {});
  peer.end();
  await once(client, 'close');
  client.write('x', (error) => trace('client', 'write', error.code));
  client.end('x', (error) => trace('client', 'end', error.code));
});
