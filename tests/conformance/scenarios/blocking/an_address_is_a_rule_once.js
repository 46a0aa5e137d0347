// since: 26
// An address is in a list once, as it was last written; its mapped form is the same address.
'use strict';
const net = require('node:net');
const { play, trace } = require('../../scenario');

play(() => {
  const list = new net.BlockList();
  list.addAddress('1.2.3.4');
  list.addAddress('1.2.3.4');
  trace('list', 'twice', list.rules);
  list.addAddress('::ffff:1.2.3.4', 'ipv6');
  trace('list', 'mapped', list.rules);
  list.addAddress(new net.SocketAddress({ address: '1.2.3.4', port: 80 }));
  trace('list', 'with a port', list.rules);
  list.removeAddress('::ffff:1.2.3.4', 'ipv6');
  trace('list', 'removed', list.rules, list.check('1.2.3.4'));
  list.addAddress('fe80::1%lo', 'ipv6');
  list.addAddress('fe80::1', 'ipv6');
  trace('list', 'zones', list.rules);
});
