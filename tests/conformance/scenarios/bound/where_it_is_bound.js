// The address is there at once; without a host it is IPv4's any, for IPv6 only IPv6's.
// since: 26
'use strict';
const net = require('node:net');
const { abstractPath, localPath, play, trace } = require('../../scenario');

play(() => {
  const show = (what, options) => {
    const bound = new net.BoundSocket(options);
    const address = bound.address();
    const where = bound.isPipe ? address : [address.address, address.family, address.port > 0];
    trace('bound', what, where, bound.isPipe, bound.fd() >= 0);
    bound.close();
  };
  show('nothing', {});
  show('ipv6_only', { ipv6Only: true });
  show('reuse_port', { reusePort: true });
  show('IPv4', { host: '127.0.0.1' });
  show('IPv6', { host: '::1' });
  show('a path', { path: localPath('x.sock') });
  show('an abstract path', { path: abstractPath('x') });
});
