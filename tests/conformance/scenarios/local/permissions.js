// readable_all and writable_all open the socket file to everyone.
// alone: it changes the umask of the program
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { localPath, once, play, trace } = require('../../scenario');

play(async () => {
  process.umask(0o077);
  const choices = [[false, false], [true, false], [false, true], [true, true]];
  for (const [readableAll, writableAll] of choices) {
    const path = localPath('s');
    const server = net.createServer();
    await once(server.listen({ path, readableAll, writableAll }), 'listening');
    const { mode } = fs.statSync(path);
    trace('server', 'listening', readableAll, writableAll, (mode & 0o077).toString(8));
    await once(server.close(), 'close');
  }
});
