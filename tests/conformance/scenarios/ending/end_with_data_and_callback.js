// end(data, callback): the data goes out, then the callback, then 'finish' listeners.
'use strict';
const { collect, pair, play, trace, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  collect(peer, 'server');
  watch(client, 'client', 'finish', 'close');
  client.resume();
  client.write('one ', () => trace('client', 'write callback'));
  const result = client.end('two', (error) => trace('client', 'end callback', error));
  trace('client', 'end returned', result === client, client.writableEnded, client.writableFinished);
  client.on('finish', () => trace('client', 'finished', client.writableFinished));
});
