// What is neither port, path, handle nor descriptor throws at once.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  attempt('server', 'listen(true)', () => server.listen(true));
  attempt('server', 'listen([])', () => server.listen([]));
  attempt('server', 'listen({})', () => server.listen({}));
  attempt('server', 'listen(path=5)', () => server.listen({ path: 5 }));
  attempt('server', 'listen(fd=-1)', () => server.listen({ fd: -1 }));
  trace('server', 'listening', server.listening);
});
