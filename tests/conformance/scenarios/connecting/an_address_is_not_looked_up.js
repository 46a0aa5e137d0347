// An IP address needs no lookup; without a host, or with an empty one, localhost is asked for.
'use strict';
const net = require('node:net');
const { alias, once, play, portOf, serve, trace, watchAttempts } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.resume());
  const port = alias(portOf(server), '<port>');
  for (const host of ['127.0.0.1', '', undefined, '127.1']) {
    const client = net.createConnection({
      port,
      host,
      lookup(name, options, callback) {
        trace('client', 'asked', name);
        process.nextTick(callback, null, [{ address: '127.0.0.1', family: 4 }]);
      },
    });
    watchAttempts(client, 'client');
    client.on('connect', () => client.destroy());
    await once(client, 'close');
  }
  server.close();
});
