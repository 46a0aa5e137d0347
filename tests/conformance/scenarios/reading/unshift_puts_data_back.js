// What was read and is not needed is put back, and comes again before everything else.
'use strict';
const { collect, later, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.end('head|body');
  client.once('data', (chunk) => {
    trace('client', 'data', chunk);
    client.pause();
    trace('client', 'nothing', client.unshift(Buffer.alloc(0)), client.readableLength);
    trace('client', 'put back', client.unshift(chunk.subarray(5)), client.readableLength);
    trace('client', 'more', client.unshift('the '), client.readableLength);
    later(0.05, () => {
      collect(client, 'client');
      client.resume();
    });
  });
  client.on('close', () => trace('client', 'close', client.unshift('gone')));
});
