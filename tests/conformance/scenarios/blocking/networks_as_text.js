// since: 26
// Which texts name a network, and what is wrong with the others.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

const TEXTS = [
  '10.0.0.0/8', '0.0.0.0/0', '::/0', '2001:DB8::/32', 'fe80::1%lo/64', '::ffff:1.2.3.0/120',
  '10.0.0.0', '::1', '', '10.0.0.0/', '/8', 'x/8', '10.0.0.0/33', '::/129', '10.0.0.0/-1',
  '10.0.0.0/3000000000', '10.0.0.0/8.5', '10.0.0.0/08', '10.0.0.0/+8', '10.0.0.0/ 8',
  '10.0.0.0/8 ', ' 10.0.0.0/8', '10.0.0.0/0x8', '10.0.0.0/8/9', '1:2/8',
];

play(() => {
  for (const text of TEXTS) {
    const list = new net.BlockList();
    attempt('adding', text, () => list.addCIDR(text));
    trace('adding', 'rules', list.rules);
    attempt('removing', text, () => list.removeCIDR(text));
  }
});
