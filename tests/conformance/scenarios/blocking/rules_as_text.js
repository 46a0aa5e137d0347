// since: 26
// The rules as text: addresses, networks, ranges; of networks and of ranges the newest first.
'use strict';
const net = require('node:net');
const { play, trace } = require('../../scenario');

play(() => {
  const list = new net.BlockList();
  trace('list', 'empty', list.rules, list.size);
  list.addSubnet('10.1.2.3', 8);
  list.addRange('10.0.0.1', '10.0.0.9');
  list.addSubnet('2001:DB8::1', 32, 'ipv6');
  list.addAddress('FE80:0:0::ABCD%lo', 'ipv6');
  list.addRange('::1', '::ffff:1.2.3.4', 'ipv6');
  list.addSubnet('10.1.2.3', 8);
  list.addRange('10.0.0.1', '10.0.0.9');
  trace('list', 'rules', list.rules, list.size);
  trace('list', 'json', list.toJSON());
  list.rules.pop();
  trace('list', 'size', list.rules.length);
  list.clear();
  trace('list', 'cleared', list.rules, list.size, list.check('10.0.0.1'));
});
