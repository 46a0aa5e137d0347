// A negative descriptor throws at once.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  attempt('server', 'listen(fd=-1)', () => server.listen({ fd: -1 }));
  trace('server', 'listening', server.listening);
});
