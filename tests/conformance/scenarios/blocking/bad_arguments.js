// since: 26
// What the methods of a block list refuse, and with which code.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

const V6 = new net.SocketAddress({ address: '::1', family: 'ipv6' });

const CALLS = {
  address_of_no_kind: (list) => list.addAddress(1),
  address_of_nothing: (list) => list.addAddress(null),
  address_that_is_none: (list) => list.addAddress('hello'),
  address_of_the_other_family: (list) => list.addAddress('::1'),
  address_of_the_other_family_too: (list) => list.addAddress('1.2.3.4', 'ipv6'),
  family_that_is_none: (list) => list.addAddress('::1', 'ipv5'),
  family_of_no_kind: (list) => list.addAddress('::1', null),
  range_without_a_start: (list) => list.addRange(1, '1.1.1.1'),
  range_without_an_end: (list) => list.addRange('1.1.1.1', null),
  range_that_ends_before_it_begins: (list) => list.addRange('1.1.1.2', '1.1.1.1'),
  range_of_two_families: (list) => list.addRange('1.1.1.1', '::2'),
  range_of_a_socket_address: (list) => list.addRange(V6, '::2'),
  subnet_of_no_kind: (list) => list.addSubnet(1, 8),
  subnet_that_is_none: (list) => list.addSubnet('x', 99),
  prefix_too_long: (list) => list.addSubnet('1.1.1.1', 33),
  prefix_too_long_for_ipv6: (list) => list.addSubnet('::', 129, 'ipv6'),
  prefix_too_long_for_a_socket_address: (list) => list.addSubnet(V6, 129),
  prefix_negative: (list) => list.addSubnet('1.1.1.1', -1),
  prefix_not_whole: (list) => list.addSubnet('1.1.1.1', 1.5),
  prefix_as_text: (list) => list.addSubnet('1.1.1.1', '8'),
  prefix_as_bool: (list) => list.addSubnet('1.1.1.1', true),
  prefix_of_nothing: (list) => list.addSubnet('1.1.1.1', null),
  network_of_no_kind: (list) => list.addCIDR(8),
  removing_no_address: (list) => list.removeAddress('hello'),
  removing_no_kind: (list) => list.removeAddress(1),
  removing_no_subnet: (list) => list.removeSubnet('1.1.1.1', 33),
  removing_no_range: (list) => list.removeRange('1.1.1.1', 3),
  removing_no_network: (list) => list.removeCIDR('1.1.1.1'),
  checking_no_kind: (list) => list.check(1),
  checking_nothing: (list) => list.check(null),
  checking_no_family: (list) => list.check('1.1.1.1', null),
  checking_what_is_no_address: (list) => list.check('hello'),
};

play(() => {
  const list = new net.BlockList();
  for (const [name, call] of Object.entries(CALLS)) attempt('list', name, () => call(list));
  trace('list', 'rules', list.rules);
});
