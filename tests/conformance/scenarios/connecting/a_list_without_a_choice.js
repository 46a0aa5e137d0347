// Where one address was asked for, a lookup that answers with a list is told off in Node;
// netserve takes the first of the list, since a lookup function here may always answer with one.
// only: linux
'use strict';
const net = require('node:net');
const { answering, deafPort, once, play, trace } = require('../../scenario');

play(async () => {
  const port = await deafPort();
  const client = net.createConnection({
    port, host: 'a.example', autoSelectFamily: false, lookup: answering('127.0.0.2', '127.0.0.1'),
  });
  client.on('lookup', (error, address) => trace('client', 'lookup', address));
  client.on('error', (error) => trace('client', 'error', error.code));
  await once(client, 'close');
});
