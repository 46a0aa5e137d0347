// A port that can't be one throws at once.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  for (const port of [65536, -1, 1.5]) {
    attempt('server', `listen(${port})`, () => server.listen(port));
    attempt('server', `listen(port=${port})`, () => server.listen({ port }));
  }
  attempt('server', 'listen(port=word)', () => server.listen({ port: 'word' }));
  trace('server', 'listening', server.listening);
});
