// What is an IP address, and of which family.
'use strict';
const net = require('node:net');
const { play, trace } = require('../../scenario');

const TEXTS = [
  '127.0.0.1', '0.0.0.0', '255.255.255.255', '256.0.0.1', '127.0.0.01',
  '127.1', '1.2.3.4 ', ' 1.2.3.4', '::', '::1',
  'fe80::1%lo', '::ffff:1.2.3.4', '2001:db8::g', '[::1]', '',
  'localhost', '1.2.3.4/8', '1.2.3.4:80',
];

play(() => {
  for (const text of TEXTS) {
    trace('net', text, net.isIP(text), net.isIPv4(text), net.isIPv6(text));
  }
  for (const other of [null, 5, true, [], {}]) {
    trace('net', 'no text', net.isIP(other), net.isIPv4(other), net.isIPv6(other));
  }
});
