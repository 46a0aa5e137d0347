// get_connections() counts the open connections, and answers later.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume());
  const count = () => new Promise((resolve) => {
    server.getConnections((error, number) => {
      trace('server', 'count', error, number);
      resolve();
    });
    trace('server', 'asked');
  });
  await count();
  const clients = [];
  for (let number = 1; number <= 3; number++) {
    clients.push(net.createConnection(portOf(server), '127.0.0.1'));
    await once(server, 'connection');
  }
  await count();
  for (const client of clients) client.end();
  server.close();
  await count();
  await once(server, 'close');
  await count();
});
