// since: 26
// An address and a port are read from one text; a text that is none is no error.
// 
// Node reads it as the host of a URL: port 80 becomes 0, because a URL leaves its own port out, and
// numbers in other bases, shortened addresses, names, paths and queries are all taken for an address.
// Whoever reads an address from a file wants to hear that it is none: here these are nothing, and
// port 80 is 80.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

const TEXTS = [
  '1.2.3.4', '1.2.3.4:', '1.2.3.4:0', '1.2.3.4:443', '1.2.3.4:00443', '1.2.3.4:65535',
  '1.2.3.4:65536', '1.2.3.4:x', '1.2.3.4:-1', '1.2.3.4: 443', '[::1]', '[::1]:443', '[::1]:',
  '[FE80::1]:443', '[::ffff:1.2.3.4]:443', '::1', '[1.2.3.4]', '[::1', '[::1]x', '[::1%lo]',
  'x', 'x:443', '', 'localhost:443', 'http://1.2.3.4', '256.1.1.1', '4294967296', ' 1.2.3.4 ',
  '1.2.3.4@', '[]', '[]:443', ':443', '.', '1.2.3.4.5',
];
const URLS = [
  '1.2.3.4:80', '[::1]:80', '127.1', '0x7f.1', '01.2.3.4', '2130706433', '1.2.3.4/8',
  '1.2.3.4?x', 'u:p@1.2.3.4:5', '%31.2.3.4', '1.2.3.4.', '\t1.2.3.4',
];

play(() => {
  const parse = (text) => net.SocketAddress.parse(text)?.toJSON() ?? null;
  for (const text of TEXTS) trace('text', text, parse(text));
  for (const text of URLS) trace('url', text, parse(text));
  for (const value of [1, null, {}]) attempt('value', 'refused', () => parse(value));
});
