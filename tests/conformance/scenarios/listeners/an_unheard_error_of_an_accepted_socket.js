// Differs on purpose: in Node an error that nobody hears ends the program, whichever socket it
// is on. netserve reports it and destroys that socket only: one client can't stop a server. (Here
// Node's program goes on too, since the scenario catches what is uncaught; hence equal traces.)
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, sleep, trace } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => {
    peer.on('close', (hadError) => trace('server', 'close', hadError));
    peer.resume();
  });
  const rude = net.createConnection(portOf(server), '127.0.0.1');
  await once(server, 'connection');
  rude.resetAndDestroy();
  await sleep(0.1);
  const polite = net.createConnection(portOf(server), '127.0.0.1');
  await once(server, 'connection');
  trace('server', 'goes on', server.listening);
  polite.end();
  polite.resume();
  server.close(() => trace('server', 'closed'));
});
