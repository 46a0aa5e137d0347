// Arguments of the wrong kind throw at once.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  const tries = {
    host: { port: 80, host: 5 },
    lookup: { port: 80, host: 'localhost', lookup: 5 },
    local_address: { port: 80, host: '127.0.0.1', localAddress: 'here' },
    local_port: { port: 80, host: '127.0.0.1', localPort: 'x' },
    family: { port: 80, host: 'localhost', family: 7 },
    path: { path: 5 },
  };
  for (const [what, options] of Object.entries(tries)) {
    attempt('client', what, () => net.createConnection(options).on('error', () => {}));
  }
  attempt('client', 'nothing', () => new net.Socket().connect());
});
