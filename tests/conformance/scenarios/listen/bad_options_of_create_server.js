// The options of create_server are checked.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  attempt('server', 'options', () => net.createServer('options'));
  attempt('server', 'initial_delay', () => net.createServer({ keepAliveInitialDelay: 'x' }));
  attempt('server', 'high_water_mark', () => net.createServer({ highWaterMark: 'x' }));
});
