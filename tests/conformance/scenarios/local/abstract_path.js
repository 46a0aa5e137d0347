// A path that begins with NUL is an abstract name: no file appears, and it can be used again.
// only: linux
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { abstractPath, collect, localPath, once, play, trace, watch } = require('../../scenario');

play(async () => {
  const name = abstractPath('s');
  for (let round = 1; round <= 2; round++) {
    const server = net.createServer((peer) => peer.end('hello'));
    await once(server.listen(name), 'listening');
    trace('server', 'listening', server.address(), fs.readdirSync(localPath('')).length);
    const client = net.createConnection(name);
    collect(client, 'client');
    watch(client, 'client', 'connect', 'error', 'close');
    await once(client, 'close');
    await once(server.close(), 'close');
  }
});
