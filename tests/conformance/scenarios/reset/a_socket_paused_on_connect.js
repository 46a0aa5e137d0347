// A socket that reads nothing learns of the reset only when it resumes.
'use strict';
const { pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { pauseOnConnect: true } });
  watch(peer, 'server', 'end', 'error', 'close');
  client.resetAndDestroy();
  await sleep(0.1);
  trace('server', 'still paused', peer.isPaused(), peer.destroyed);
  peer.resume();
});
