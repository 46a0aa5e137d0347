// A socket that its own listener pauses reads on, up to the mark, and hears of an end.
'use strict';
const { pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { highWaterMark: 16 } });
  client.write('more bytes than the mark allows');
  await sleep(0.05);
  client.write('more');
  await sleep(0.05);
  trace('server', 'waiting', peer.readableLength);
  watch(peer, 'server', 'pause', 'end', 'close');
  peer.once('data', () => peer.pause());
  peer.resume();
  await sleep(0.05);
  trace('server', 'waiting', peer.readableLength);
  peer.once('data', () => peer.pause());
  peer.resume();
  await sleep(0.05);
  client.end();
  client.resume();
});
