// Options that make no sense are refused before anything is opened. Of what is no whole number
// netserve says that its type is wrong, as of all numbers; Node says it of some.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  attempt('socket', 'high_water_mark negative', () => new net.Socket({ highWaterMark: -1 }));
  attempt('socket', 'high_water_mark fraction', () => new net.Socket({ highWaterMark: 1.5 }));
  attempt('socket', 'high_water_mark text', () => new net.Socket({ highWaterMark: 'x' }));
  attempt('socket', 'fd true', () => new net.Socket({ fd: true }));
  attempt('socket', 'fd negative', () => new net.Socket({ fd: -1 }));
  attempt('socket', 'fd fraction', () => new net.Socket({ fd: 1.5 }));
  attempt('socket', 'fd text', () => new net.Socket({ fd: 'x' }));
  attempt('socket', 'signal text', () => new net.Socket({ signal: 'x' }));
  attempt('socket', 'signal number', () => new net.Socket({ signal: 5 }));
  attempt('socket', 'initial_delay text', () => new net.Socket({ keepAliveInitialDelay: 'x' }));
});
