// A reset with data queued fails the write's callback and ends in one error and one 'close'.
// since: 26
'use strict';
const { pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair({ serverOptions: { pauseOnConnect: true } });
  client.resume();
  client.write(Buffer.alloc(64 << 20), (error) => trace('callback', 'failed', Boolean(error)));
  let errors = 0;
  client.on('error', () => { errors += 1; });
  client.on('close', (hadError) => trace('client', 'close', hadError, errors));
  peer.resetAndDestroy();
});
