// A lookup that answers what is no address, or no family, fails the connection.
'use strict';
const net = require('node:net');
const { once, play, trace } = require('../../scenario');

play(async () => {
  for (const [address, family] of [['nowhere', 4], ['127.0.0.1', 5]]) {
    const client = net.createConnection({
      port: 1,
      host: 'anything.example',
      autoSelectFamily: false,
      lookup(host, options, callback) {
        process.nextTick(callback, null, address, family);
      },
    });
    client.on('error', ({ code }) => trace('client', 'error', code));
    await once(client, 'close');
  }
});
