// Pausing what is paused, or resuming what flows, tells nothing new.
'use strict';
const { pair, play, sleep, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  watch(peer, 'server', 'pause', 'resume', 'end', 'close');
  peer.resume();
  await sleep(0.02);
  peer.pause();
  peer.pause();
  await sleep(0.02);
  peer.resume();
  peer.resume();
  await sleep(0.02);
  client.end();
});
