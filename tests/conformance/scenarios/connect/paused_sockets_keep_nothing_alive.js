// A connection whose ends are both paused, their buffers full, isn't active: the program ends.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const options = { highWaterMark: 1024 };
  const { client, peer } = await pair({ serverOptions: options, clientOptions: options });
  watch(client, 'client', 'close');
  watch(peer, 'server', 'close');
  client.pause();
  peer.pause();
  client.write('x'.repeat(4096));
  peer.write('x'.repeat(4096));
  trace('client', 'paused', client.isPaused());
});
