// cork() holds writes back until uncork() was called as often as cork().
'use strict';
const { collect, pair, play, sleep, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  collect(peer, 'server');
  client.resume();
  client.cork();
  client.cork();
  client.write('one ', () => trace('client', 'first callback'));
  client.write('two ', () => trace('client', 'second callback'));
  client.uncork();
  await sleep(0.05);
  trace('client', 'corked', client.writableLength, peer.bytesRead);
  client.uncork();
  await sleep(0.05);
  trace('client', 'uncorked', client.writableLength, peer.bytesRead);
  client.end('three');
});
