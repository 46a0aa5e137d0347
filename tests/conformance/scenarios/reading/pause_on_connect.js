// With pause_on_connect nothing is read until resume().
'use strict';
const { collect, pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { pauseOnConnect: true } });
  client.resume();
  client.end('waiting at the door');
  await sleep(0.05);
  trace('server', 'before', peer.isPaused(), peer.bytesRead, peer.readableLength);
  collect(peer, 'server');
  watch(peer, 'server', 'end', 'close');
  await sleep(0.05);
  trace('server', 'with a listener', peer.isPaused(), peer.bytesRead);
  peer.resume();
});
