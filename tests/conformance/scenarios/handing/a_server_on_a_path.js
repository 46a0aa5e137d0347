// A server on a path can be sent. Its file goes when the process that made it closes it.
// Differs on purpose: in Node the child's server does not know its path.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { collect, localPath, once, playParts, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const path = localPath('s');
    const server = net.createServer((peer) => peer.end('hello'));
    await once(server.listen(path), 'listening');
    const child = startPart('child');
    watch(child, 'parent', 'exit');
    child.send('take', server);
    await once(child, 'exit');
    trace('parent', 'file', fs.existsSync(path));
    const client = net.createConnection(path);
    collect(client, 'client');
    await once(client, 'close');
    server.close(() => trace('parent', 'closed', fs.existsSync(path)));
  },

  child() {
    process.once('message', (message, server) => {
      trace('child', 'server', server.listening, server.address());
      server.close(() => trace('child', 'closed'));
    });
  },
});
