// A socket that is called off while it connects never does.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve();
  const controller = new AbortController();
  const client = net.createConnection({
    port: portOf(server), host: '127.0.0.1', signal: controller.signal,
  });
  watch(client, 'client', 'connect', 'error', 'close');
  controller.abort();
  trace('client', 'aborted', client.destroyed, client.connecting, client.errored);
  await once(client, 'close');
  server.close();
});
