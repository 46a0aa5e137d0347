// since: 26
// Many addresses, or networks, are added all or none.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

const LISTS = [[], ['1.1.1.1', '1.1.1.2'], ['1.1.1.1', 'x'], ['1.1.1.1', 5], '1.1.1.1', null];
const NETWORKS = [[], ['10.0.0.0/8', '::/64'], ['10.0.0.0/8', 'x', '::/64'],
  ['10.0.0.0/8', '11.0.0.0/x', '::/64'], ['10.0.0.0/8', 7], '10.0.0.0/8', null];

play(() => {
  LISTS.forEach((addresses, at) => {
    const list = new net.BlockList();
    attempt('addresses', `${at}`, () => list.addAddresses(addresses));
    trace('addresses', 'rules', list.rules.sort());
  });
  NETWORKS.forEach((cidrs, at) => {
    const list = new net.BlockList();
    attempt('networks', `${at}`, () => list.addCIDRs(cidrs));
    trace('networks', 'rules', list.rules);
  });
  const list = new net.BlockList();
  list.addAddresses(['::1', new net.SocketAddress({ address: '1.1.1.1' })], 'IPv6');
  trace('list', 'of two families', list.rules.sort());
  trace('list', 'private', net.BlockList.PRIVATE_RANGES);
  list.addCIDRs(net.BlockList.PRIVATE_RANGES);
  trace('list', 'blocked', list.check('192.168.1.1'), list.check('fd00::1', 'ipv6'));
  attempt('list', 'bad family', () => list.addAddresses(['::1'], 'x'));
  attempt('list', 'bad family of none', () => list.addAddresses([], 'x'));
});
