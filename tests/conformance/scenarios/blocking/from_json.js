// since: 26
// A list of texts, or JSON of one, becomes rules; a text that is no rule is passed over.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

const TEXTS = [
  'Nonsense',
  'Address: IPv4',
  'Address: IPv4 x',
  'Address: IPv5 1.1.1.1',
  'address: ipv4 1.1.1.1',
  ' Address: IPv4 1.1.1.1 ',
  'Address: IPv4 1.1.1.1 more',
  'Address: IPv4 999.1.1.1',
  'Address: IPv4 1.1',
  'Address: IPv6 1.1.1.1',
  'Address: IPv6 fe80::1%lo',
  'Range: IPv4 1.1.1.5-1.1.1.1',
  'Range: IPv4 1.1.1.5',
  'Range: IPv4 1.1.1.5-::1',
  'Range: IPv6 ::1-::5',
  'Range: IPv6 1-2',
  'Subnet: IPv4 10.0.0.0',
  'Subnet: IPv4 10.0.0.0/33',
  'Subnet: IPv4 10.0.0.0/123',
  'Subnet: IPv4 10.0.0.0/08',
  'Subnet: IPv6 ::/129',
  'Subnet: IPv6 2001::/16',
  'Subnet: IPv6 10.0.0.0/8',
];
const DATA = {
  nothing: [],
  json: '["Address: IPv4 1.1.1.1", "Subnet: IPv4 10.0.0.0/8"]',
  some_wrong: ['Address: IPv4 1.1.1.1', 'Nonsense', 'Range: IPv4 2.0.0.0-2.0.0.1'],
  a_wrong_address: ['Address: IPv4 1.1.1.1', 'Subnet: IPv4 999.0.0.0/8', 'Address: IPv4 3.3.3.3'],
  a_number: ['Address: IPv4 1.1.1.1', 1],
  an_object: {},
  json_of_an_object: '{}',
  json_of_a_text: '"Address: IPv4 1.1.1.1"',
  json_of_numbers: '[1]',
  null: null,
};

play(() => {
  for (const text of TEXTS) {
    const list = new net.BlockList();
    attempt('texts', text, () => list.fromJSON([text]));
    trace('texts', 'rules', list.rules);
  }
  for (const [name, data] of Object.entries(DATA)) {
    const list = new net.BlockList();
    attempt('data', name, () => list.fromJSON(data));
    trace('data', 'rules', list.rules);
  }
  const list = new net.BlockList();
  list.addCIDRs(['10.0.0.0/8', '11.0.0.0/8']);
  const copy = new net.BlockList();
  copy.fromJSON(JSON.stringify(list.toJSON()));
  trace('copy', 'rules', copy.rules);
  copy.fromJSON(list.rules);
  trace('copy', 'both', copy.size);
});
