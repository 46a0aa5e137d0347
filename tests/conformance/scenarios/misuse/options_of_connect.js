// Options of connect() that make no sense are refused before anything is opened; Node finds out
// about a local port from the system. What is no text is a matter of type here.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  const connect = (options) => new net.Socket().connect({ port: 1, host: '127.0.0.1', ...options })
    .on('error', () => {});
  attempt('socket', 'auto_select_family text', () => connect({ autoSelectFamily: 'x' }));
  attempt('socket', 'timeout text', () => connect({ autoSelectFamilyAttemptTimeout: 'x' }));
  attempt('socket', 'timeout negative', () => connect({ autoSelectFamilyAttemptTimeout: -1 }));
  attempt('socket', 'timeout true', () => connect({ autoSelectFamilyAttemptTimeout: true }));
  attempt('socket', 'local_port negative', () => connect({ localPort: -1 }));
  attempt('socket', 'local_port true', () => connect({ localPort: true }));
  attempt('socket', 'local_address number', () => connect({ localAddress: 5 }));
  attempt('socket', 'path object', () => connect({ path: {} }));
});
