// A port that can't be one throws at once.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  for (const port of [65536, -1, 1.5, 'word']) {
    attempt('client', `port=${port}`, () => net.createConnection({ port, host: '127.0.0.1' }));
  }
  attempt('client', 'positional', () => net.createConnection(65536));
});
