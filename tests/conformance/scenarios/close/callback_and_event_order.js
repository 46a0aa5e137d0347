// The callback of close() is one more 'close' listener, called without an error.
'use strict';
const { play, serve, trace } = require('../../scenario');

play(async () => {
  const server = await serve();
  server.on('close', (...args) => trace('server', 'first', args.length));
  server.close((error) => trace('server', 'callback', error));
  server.on('close', () => trace('server', 'last'));
  trace('server', 'close returned', server.listening);
});
