// A server that is called off while its host is looked up closes, and never listens.
'use strict';
const net = require('node:net');
const { once, play, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const controller = new AbortController();
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen({ port: 0, host: 'localhost', signal: controller.signal });
  const closed = once(server, 'close');
  controller.abort();
  trace('server', 'aborted', server.listening);
  await closed;
  await sleep(0.05);
  trace('server', 'later', server.listening);
});
