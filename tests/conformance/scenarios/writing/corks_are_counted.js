// Each cork() wants an uncork() of its own; end() takes them all off.
'use strict';
const { collect, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  collect(peer, 'server');
  client.resume();
  trace('client', 'new', client.writableCorked);
  client.cork();
  client.cork();
  trace('client', 'two', client.writableCorked);
  client.uncork();
  trace('client', 'one', client.writableCorked);
  client.write('held back');
  client.uncork();
  client.uncork();
  trace('client', 'none', client.writableCorked);
  client.cork();
  client.end();
  trace('client', 'ended', client.writableCorked);
});
