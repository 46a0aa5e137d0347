// What is called later has to be a function. Node finds some of it out only when it would call, or
// never; netserve always at once.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  const server = net.createServer();
  const socket = new net.Socket().on('error', () => {});
  attempt('net', 'close text', () => server.close('x'));
  attempt('net', 'close number', () => server.close(5));
  attempt('net', 'get_connections text', () => server.getConnections('x'));
  attempt('net', 'get_connections number', () => server.getConnections(5));
  attempt('net', 'create_server number', () => net.createServer(5));
  attempt('net', 'set_timeout text', () => socket.setTimeout(1, 'x'));
  attempt('net', 'set_timeout number', () => socket.setTimeout(1, 5));
  attempt('net', 'connect', () => socket.connect(1, '127.0.0.1', 5));
  attempt('net', 'lookup', () => new net.Socket().connect({ port: 1, host: 'x', lookup: 5 }));
  attempt('net', 'write', () => socket.write('x', 'utf8', 5));
  attempt('net', 'end', () => socket.end('x', 'utf8', 5));
});
