// Of several answers those that are no addresses are told and then passed over; with none left
// the first of them is the error.
'use strict';
const net = require('node:net');
const { alias, once, play, portOf, serve, trace, tried, watchAttempts } = require('../../scenario');

const bad = { address: 'nowhere', family: 4 };
const odd = { address: '127.0.0.1', family: 5 };
const good = { address: '127.0.0.1', family: 4 };

play(async () => {
  const server = await serve((peer) => peer.resume());
  for (const answers of [[bad, good], [good, bad], [odd, good], [bad, odd], [odd, bad], [bad]]) {
    const client = net.createConnection({
      port: alias(portOf(server), '<port>'),
      host: 'a.example',
      lookup: (host, options, callback) => process.nextTick(callback, null, answers),
    });
    watchAttempts(client, 'client');
    client.on('error', (error) => trace('client', 'error', error.code));
    client.on('connect', () => client.destroy());
    await once(client, 'close');
    trace('client', 'tried', tried(client));
  }
  server.close();
});
