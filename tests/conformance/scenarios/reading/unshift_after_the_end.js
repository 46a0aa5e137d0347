// After `end` nothing can be put back: that is an error of the socket.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ clientOptions: { allowHalfOpen: true } });
  client.resume();
  watch(client, 'client', 'error', 'close');
  client.on('end', () => trace('client', 'end', client.unshift('late')));
  peer.end();
});
