// A path is there from the beginning, and removed when the server that adopted it closes.
// since: 26
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { abstractPath, ask, localPath, once, play, trace, watch } = require('../../scenario');

play(async () => {
  const file = localPath('x.sock');
  for (const path of [file, abstractPath('x')]) {
    const bound = new net.BoundSocket({ path });
    trace('bound', 'before', fs.existsSync(file), await ask(path));
    const server = net.createServer((peer) => peer.end('served'));
    watch(server, 'server', 'listening', 'error', 'close');
    server.listen(bound);
    await once(server, 'listening');
    trace('server', 'address', server.address());
    trace('client', 'hears', await ask(path));
    server.close();
    await once(server, 'close');
    trace('bound', 'after', fs.existsSync(file));
  }
});
