// Which addresses a rule blocks. One of IPv4 and its mapped form in IPv6 are the same.
'use strict';
const net = require('node:net');
const { play, trace } = require('../../scenario');

const ASKED = ['1.2.3.4', '1.2.3.5', '5.0.0.1', '5.0.0.9', '5.0.0.10', '6.0.0.0', '6.255.255.255',
  '7.0.0.0', '255.255.255.255', '0.0.0.0', '::ffff:1.2.3.4', '::FFFF:0506:0708', '::1.2.3.4', '::',
  '::1', '::5', '::6', '2001:db8::', '2001:db8:ffff::1', '2001:db9::', 'fe80::1%lo', 'ffff::'];

const RULES = {
  address: (list) => list.addAddress('1.2.3.4'),
  mapped_address: (list) => list.addAddress('::ffff:1.2.3.4', 'ipv6'),
  address_of_a_link: (list) => list.addAddress('fe80::1', 'ipv6'),
  range: (list) => list.addRange('5.0.0.1', '5.0.0.9'),
  range_of_one: (list) => list.addRange('5.0.0.1', '5.0.0.1'),
  range_of_ipv6: (list) => list.addRange('::1', '::5', 'ipv6'),
  mapped_range: (list) => list.addRange('::ffff:5.0.0.1', '::ffff:5.0.0.9', 'ipv6'),
  range_around_the_mapped: (list) => list.addRange('::1', 'fff0::', 'ipv6'),
  subnet: (list) => list.addSubnet('6.1.2.3', 8),
  subnet_of_one: (list) => list.addSubnet('1.2.3.4', 32),
  subnet_of_all: (list) => list.addSubnet('0.0.0.0', 0),
  subnet_of_ipv6: (list) => list.addSubnet('2001:db8::', 32, 'ipv6'),
  subnet_of_all_ipv6: (list) => list.addSubnet('::', 0, 'ipv6'),
  mapped_subnet: (list) => list.addSubnet('::ffff:6.0.0.0', 104, 'ipv6'),
  subnet_around_the_mapped: (list) => list.addSubnet('::', 64, 'ipv6'),
};

play(() => {
  for (const [name, add] of Object.entries(RULES)) {
    const list = new net.BlockList();
    add(list);
    const blocked = ASKED.filter((ip) => list.check(ip, ip.includes(':') ? 'ipv6' : 'ipv4'));
    trace('list', name, blocked);
  }
});
