// An 'error' that nobody listens to is an uncaught exception of the program.
'use strict';
const net = require('node:net');
const { deafPort, play } = require('../../scenario');

play(async () => {
  net.createConnection(await deafPort(), '127.0.0.1');
});
