// A server that was unref'd keeps nothing alive: the program ends though it listens.
'use strict';
const { play, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve();
  watch(server, 'server', 'close');
  trace('server', 'chains', server.unref() === server, server.listening);
});
