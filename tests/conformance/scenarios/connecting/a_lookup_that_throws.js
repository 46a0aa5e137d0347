// What a lookup throws leaves connect() in Node, and the socket connects for ever; in netserve it
// is the error of the lookup.
'use strict';
const net = require('node:net');
const { attempt, play, watch, watchAttempts } = require('../../scenario');

play(() => {
  attempt('client', 'connect', () => {
    const client = net.createConnection({
      port: 1,
      host: 'a.example',
      lookup() { throw new Error('no such place'); },
    });
    watchAttempts(client, 'client');
    watch(client, 'client', 'error');
  });
});
