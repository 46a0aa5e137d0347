// destroy() within 'data': nothing more is told but 'close', whatever has arrived.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.on('error', () => {});
  watch(peer, 'server', 'end', 'error', 'close');
  peer.once('data', () => {
    trace('server', 'data');
    peer.destroy();
    peer.on('data', () => trace('server', 'more data'));
  });
  client.end('x'.repeat(1000000));
  client.resume();
});
