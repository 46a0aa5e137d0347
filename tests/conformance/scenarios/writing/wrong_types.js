// write() takes text and bytes; anything else throws and changes nothing.
'use strict';
const { attempt, collect, pair, play, watch } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  collect(peer, 'server');
  client.resume();
  watch(client, 'client', 'error');
  attempt('client', 'null', () => client.write(null));
  attempt('client', 'number', () => client.write(5));
  attempt('client', 'list', () => client.write([]));
  attempt('client', 'object', () => client.write({}));
  attempt('client', 'true', () => client.write(true));
  attempt('client', 'end(5)', () => client.end(5));
  client.end('still fine');
});
