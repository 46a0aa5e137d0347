// A connection whose signal was aborted before ends with an error.
// Differs on purpose: Node connects it all the same, after its close; here nothing is opened.
'use strict';
const net = require('node:net');
const { play, serve, sleep, trace, portOf } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.on('error', () => {}).resume());
  const client = net.createConnection({
    port: portOf(server), host: '127.0.0.1', signal: AbortSignal.abort(),
  });
  client.on('error', (error) => trace('client', 'error', error));
  client.on('close', () => trace('client', 'close'));
  client.on('connect', () => trace('client', 'connect'));
  await sleep(0.2);
  client.removeAllListeners();
  client.destroy();
  server.close();
});
