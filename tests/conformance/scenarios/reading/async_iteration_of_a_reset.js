// Iterating raises the error of the socket.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  watch(peer, 'server', 'close');
  client.write('before the storm');
  try {
    for await (const chunk of peer) {
      trace('loop', 'chunk', chunk);
      client.resetAndDestroy();
    }
    trace('loop', 'done');
  } catch (error) {
    trace('loop', 'failed', error);
  }
});
