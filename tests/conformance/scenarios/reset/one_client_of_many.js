// A reset by one client leaves the other connections and the server alone.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => {
    peer.on('error', ({ code }) => trace('server', 'error', code));
    peer.on('close', (hadError) => trace('server', 'close', hadError));
    peer.on('data', (chunk) => peer.write(chunk));
  });
  const rude = net.createConnection(portOf(server), '127.0.0.1');
  await once(rude, 'connect');
  const polite = net.createConnection(portOf(server), '127.0.0.1');
  await once(polite, 'connect');
  rude.resetAndDestroy();
  await once(rude, 'close');
  polite.write('still there?');
  const [chunk] = await once(polite, 'data');
  trace('polite', 'data', chunk, server.listening);
  polite.end();
  server.close(() => trace('listener', 'closed'));
});
