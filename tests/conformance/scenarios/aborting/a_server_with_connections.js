// A server that is called off accepts no more. Its connections live on; it closes after them.
'use strict';
const net = require('node:net');
const { alias, ask, collect, once, play, portOf, trace, watch } = require('../../scenario');

play(async () => {
  const controller = new AbortController();
  const server = net.createServer((peer) => peer.pipe(peer));
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen({ port: 0, host: '127.0.0.1', signal: controller.signal });
  await once(server, 'listening');
  const port = alias(portOf(server), '<port>');
  const accepted = once(server, 'connection');
  const client = net.createConnection(port, '127.0.0.1');
  collect(client, 'client');
  await accepted;
  controller.abort();
  trace('server', 'aborted', server.listening, server.address());
  trace('late', 'hears', await ask(port));
  client.end('still here');
  await once(server, 'close');
});
