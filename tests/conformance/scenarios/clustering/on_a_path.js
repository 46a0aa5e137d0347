// Two workers listen on one path; its file goes with the last of them.
'use strict';
const cluster = require('node:cluster');
const fs = require('node:fs');
const { ask, forkListening, localPath, me, nameServer, playCluster, trace } =
  require('../../scenario');

const path = localPath('s');

playCluster({
  async primary() {
    const { address } = await forkListening();
    trace('primary', 'listening', address);
    await forkListening();
    trace('primary', 'served', [await ask(path), await ask(path)].sort());
    cluster.disconnect(() => trace('primary', 'file', fs.existsSync(path)));
  },

  worker() {
    const server = nameServer().listen(path, () => trace(me(), 'address', server.address()));
  },
});
