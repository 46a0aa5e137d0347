// A server on a path can be sent. Its file goes when the process that made it closes it.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { collect, localPath, once, playParts, startPart, trace, watch } =
  require('../../scenario');

playParts({
  async parent() {
    const path = localPath('s');
    const server = net.createServer();
    await once(server.listen(path), 'listening');
    const child = startPart('child');
    watch(child, 'parent', 'message', 'exit');
    child.send('take', server);
    await once(child, 'message');
    child.kill('SIGSTOP');
    const client = net.createConnection(path);
    await once(client, 'connect');
    server.close();
    trace('parent', 'file', fs.existsSync(path));
    child.kill('SIGCONT');
    collect(client, 'client');
  },

  child() {
    process.once('message', (message, server) => {
      trace('child', 'server', server.listening, server.address());
      server.on('connection', (peer) => {
        peer.end('child');
        server.close();
      });
      process.send('ready');
    });
  },
});
