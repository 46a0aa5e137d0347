// set_timeout(0) turns it off and takes its callback away.
'use strict';
const { pair, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  peer.resume();
  const callback = () => trace('client', 'callback');
  watch(client, 'client', 'timeout', 'close');
  client.setTimeout(50, callback);
  client.setTimeout(0, callback);
  trace('client', 'off', client.timeout, client.listenerCount('timeout'));
  await sleep(0.2);
  client.end();
});
