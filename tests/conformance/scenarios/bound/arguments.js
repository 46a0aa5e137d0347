// What the constructor refuses, at once.
// since: 26
'use strict';
const net = require('node:net');
const { attempt, localPath, play } = require('../../scenario');

play(() => {
  const path = localPath('x.sock');
  const refuse = (what, options) =>
    attempt('bound', what, () => new net.BoundSocket(options).close());
  refuse('a name', { host: 'localhost' });
  refuse('no host', { host: '' });
  refuse('host=5', { host: 5 });
  refuse('port=-1', { port: -1 });
  refuse('port=65536', { port: 65536 });
  refuse('port=1.5', { port: 1.5 });
  refuse('port="0"', { port: '0' });
  refuse('ipv6_only=1', { ipv6Only: 1 });
  refuse('reuse_port="yes"', { reusePort: 'yes' });
  refuse('path=5', { path: 5 });
  refuse('path and host', { path, host: '::' });
  refuse('path and port', { path, port: 1 });
  refuse('path and ipv6_only', { path, ipv6Only: true });
  refuse('path and reuse_port', { path, reusePort: true });
  refuse('an address that is not here', { host: '192.0.2.1' });
  refuse('ipv6_only of IPv4', { host: '127.0.0.1', ipv6Only: true });
});
