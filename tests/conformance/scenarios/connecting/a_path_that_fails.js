// A path is tried without an attempt being told of; that it failed is.
'use strict';
const net = require('node:net');
const { localPath, once, play, trace, tried, watch, watchAttempts } = require('../../scenario');

play(async () => {
  const client = net.createConnection(localPath('nobody.sock'));
  watchAttempts(client, 'client');
  watch(client, 'client', 'error');
  await once(client, 'close');
  trace('client', 'tried', tried(client));
});
