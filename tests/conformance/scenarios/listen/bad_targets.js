// What is neither port, path, handle nor descriptor throws at once.
// Differs on purpose: Node calls such a target a bad value, in Python it is a wrong type.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  attempt('server', 'listen(true)', () => server.listen(true));
  attempt('server', 'listen([])', () => server.listen([]));
  attempt('server', 'listen({})', () => server.listen({}));
  attempt('server', 'listen(path=5)', () => server.listen({ path: 5 }));
  trace('server', 'listening', server.listening);
});
