// A handle goes with a message both ways: a server to the worker, a connection to the primary.
'use strict';
const cluster = require('node:cluster');
const { ask, once, playCluster, portOf, serve, trace } = require('../../scenario');

playCluster({
  async primary() {
    const server = await serve();
    const port = portOf(server);
    const worker = cluster.fork();
    cluster.on('message', (from, message, handle) => {
      trace('primary', 'message', from.id, message, handle);
      if (handle) handle.end(`answered for worker ${from.id}`);
    });
    worker.send('take', server);
    server.close();
    await once(worker, 'message');
    trace('client', 'ask', await ask(port));
    worker.disconnect();
  },

  worker() {
    process.once('message', (message, server) => {
      trace('worker1', 'message', message, server);
      server.on('connection', (peer) => {
        process.send('answer', peer);
        server.close();
      });
      process.send('ready');
    });
  },
});
