// Put back while the data flows, it comes again at once. Node calls the listener inside unshift(),
// so that it runs twice at the same time; netserve calls it again afterwards.
'use strict';
const { pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  let first = true;
  client.on('data', (chunk) => {
    trace('client', 'data', chunk);
    if (!first) return;
    first = false;
    client.unshift(chunk.subarray(3));
    trace('client', 'put back');
  });
  watch(client, 'client', 'end', 'close');
  peer.end('hello');
});
