// Options of listen() that make no sense are refused before anything is opened. Node refuses the
// options as a whole, netserve says which of them; and without any the system chooses.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  const listen = (options) => net.createServer().on('error', () => {}).listen(options).unref();
  attempt('server', 'port object', () => listen({ port: {} }));
  attempt('server', 'port true', () => listen({ port: true }));
  attempt('server', 'path number', () => listen({ path: 5 }));
  attempt('server', 'fd text', () => listen({ fd: 'x' }));
  attempt('server', 'signal number', () => listen({ port: 0, signal: 5 }));
  attempt('server', 'host number', () => listen({ port: 0, host: 5 }));
  attempt('server', 'nothing', () => listen({}));
});
