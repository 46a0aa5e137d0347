// The peer's end, behind data that waits, is told before our own finish.
'use strict';
const { pair, play, sleep, watch } = require('../../scenario');

play(async () => {
  for (const way of ['end', 'destroySoon']) {
    const { client, peer } = await pair();
    client.end('bytes that wait');
    await sleep(0.05);
    watch(peer, way === 'end' ? 'ended' : 'destroyed', 'end', 'finish', 'close');
    peer[way]();
    peer.resume();
    client.resume();
  }
});
