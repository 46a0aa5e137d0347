// The second server of one worker on the same port gets an error.
'use strict';
const cluster = require('node:cluster');
const { deafPort, nameServer, once, playCluster, trace, watchCluster } =
  require('../../scenario');

playCluster({
  primary() {
    watchCluster('exit');
    cluster.fork();
  },

  async worker() {
    const [first, second] = [nameServer(), nameServer()];
    const port = await deafPort();
    await once(first.listen(port, '127.0.0.1'), 'listening');
    second.listen(port, '127.0.0.1');
    second.on('error', (error) => {
      trace('worker1', 'error', error, first.listening, second.listening);
      cluster.worker.disconnect();
    });
  },
});
