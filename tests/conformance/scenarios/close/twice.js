// A second close() reports that the server isn't running, on the same 'close' event.
'use strict';
const { once, play, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve();
  watch(server, 'server', 'error', 'close');
  server.close((error) => trace('server', 'first callback', error));
  server.close((error) => trace('server', 'second callback', error));
  await once(server, 'close');
  server.close((error) => trace('server', 'third callback', error));
});
