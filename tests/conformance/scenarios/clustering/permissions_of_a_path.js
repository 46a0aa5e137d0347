// readable_all and writable_all of a worker are for the file that the primary makes.
'use strict';
const cluster = require('node:cluster');
const fs = require('node:fs');
const { localPath, nameServer, once, playCluster, trace } = require('../../scenario');

const path = localPath('s');

playCluster({
  primary() {
    process.umask(0o077);
    cluster.fork();
  },

  async worker() {
    const choices = [[false, false], [true, false], [false, true], [true, true]];
    for (const [readableAll, writableAll] of choices) {
      const server = nameServer().listen({ path, readableAll, writableAll });
      await once(server, 'listening');
      const mode = fs.statSync(path).mode & 0o077;
      trace('worker1', 'listening', readableAll, writableAll, mode.toString(8));
      await once(server.close(), 'close');
    }
    cluster.worker.disconnect();
  },
});
