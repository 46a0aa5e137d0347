// listen(None) chooses a port, as listen() does.
'use strict';
const net = require('node:net');
const { once, play, portOf, trace } = require('../../scenario');

play(async () => {
  for (const target of [[], [null], [undefined]]) {
    const server = net.createServer();
    server.listen(...target);
    trace('server', 'bound', portOf(server) > 0);
    await once(server.close(), 'close');
  }
});
