// since: 26
// A network or range is removed as it was written, the newest first; an unknown one is no error.
'use strict';
const net = require('node:net');
const { play, trace } = require('../../scenario');

play(() => {
  const list = new net.BlockList();
  const removing = (what, action) => {
    action();
    trace('list', what, list.rules);
  };
  list.addCIDR('10.0.0.0/8');
  list.addSubnet('11.0.0.7', 24);
  list.addSubnet('10.0.0.0', 8);
  list.addRange('1.2.3.4', '1.2.3.9');
  list.addRange('1.2.3.4', '1.2.3.5');
  list.addRange('1.2.3.4', '1.2.3.9');
  list.addAddress('1.2.3.4');
  removing('unknown address', () => list.removeAddress('1.2.3.5'));
  removing('unknown range', () => list.removeRange('1.2.3.4', '1.2.3.6'));
  removing('range that ends before it begins', () => list.removeRange('1.2.3.9', '1.2.3.4'));
  removing('mapped range', () => list.removeRange('::ffff:1.2.3.4', '::ffff:1.2.3.9', 'ipv6'));
  removing('other host bits', () => list.removeSubnet('11.0.0.0', 24));
  removing('same host bits', () => list.removeSubnet('11.0.0.7', 24));
  removing('one of two', () => list.removeCIDR('10.0.0.0/8'));
  trace('list', 'still blocked', list.check('10.9.9.9'));
  removing('the other', () => list.removeSubnet('10.0.0.0', 8));
  trace('list', 'free', list.check('10.9.9.9'));
  removing('one of two ranges', () => list.removeRange('1.2.3.4', '1.2.3.9'));
  removing('address', () => list.removeAddress('1.2.3.4'));
  trace('list', 'still blocked', list.check('1.2.3.4'));
});
