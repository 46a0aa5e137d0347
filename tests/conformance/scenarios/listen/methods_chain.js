// listen, ref, unref and close return the server.
'use strict';
const net = require('node:net');
const { play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  trace('server', 'listen', server.listen(0) === server);
  trace('server', 'unref', server.unref() === server);
  trace('server', 'ref', server.ref() === server);
  trace('server', 'on', server.on('close', () => {}) === server);
  trace('server', 'close', server.close() === server);
});
