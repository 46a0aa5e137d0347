// Connecting to a path that doesn't exist: ENOENT, with the path as the address.
'use strict';
const net = require('node:net');
const { localPath, play, trace, watch } = require('../../scenario');

play(() => {
  const client = net.createConnection(localPath('missing'));
  watch(client, 'client', 'connect', 'error', 'end', 'close');
  trace('client', 'connecting', client.connecting);
});
