// pause() stops 'data' at once, resume() goes on; each is told by an event.
'use strict';
const { once, pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  watch(peer, 'server', 'pause', 'resume', 'end', 'close');
  let text = '';
  peer.on('data', (chunk) => { text += chunk; });
  client.write('one ');
  await once(peer, 'data');
  trace('server', 'pause', peer.pause() === peer, peer.isPaused());
  client.write('two ');
  await sleep(0.05);
  trace('server', 'while paused', text);
  trace('server', 'resume', peer.resume() === peer, peer.isPaused());
  peer.on('end', () => trace('server', 'at the end', text));
  client.end('three');
});
