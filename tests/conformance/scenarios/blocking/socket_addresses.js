// since: 26
// What a SocketAddress is made of, how it writes addresses, and what it refuses.
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

const IPV6 = [
  '::01', '0::0', 'FE80:0:0::ABCD', 'fe80::1%lo', '::ffff:1.2.3.4', '::ffff:0102:0304',
  '::1.2.3.4', '::1:2', '::1:2:3', '::ffff', '::1:0:0', '::ffff:0:1.2.3.4', '64:ff9b::1.2.3.4',
  '1:0:0:2:0:0:0:3', '2001:0:0:1:0:0:0:1', '1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7::',
  '1::3:4:5:6:7:8', '1:2:3:4:5:6:1.2.3.4', '1::2::3', '00001::', '::g', '::1.2.3',
  '::01.2.3.4', '1:2:3:4:5:6:7:8:9', '1.2.3.4', '',
];
const IPV4 = [
  '1.2.3.4', '01.2.3.4', '1.2.3', '256.1.1.1', '0x1.2.3.4', '1.2.3.4 ', '::1', 'x', '',
];
const OPTIONS = {
  nothing: {},
  ipv6: { family: 'ipv6' },
  another_spelling: { family: 'IPv6' },
  everything: { address: '::1', family: 'ipv6', port: 80, flowlabel: 5 },
  a_flow_label_of_ipv4: { address: '1.2.3.4', flowlabel: 5 },
  the_greatest_flow_label: { family: 'ipv6', flowlabel: 1048575 },
  a_negative_flow_label: { flowlabel: -1 },
  a_flow_label_too_great: { flowlabel: 4294967296 },
  a_flow_label_not_whole: { flowlabel: 1.5 },
  a_flow_label_as_text: { flowlabel: '1' },
  a_port_as_text: { port: '80' },
  a_port_too_great: { port: 65536 },
  a_negative_port: { port: -1 },
  a_port_not_whole: { port: 1.5 },
  a_port_that_is_none: { port: 'x' },
  an_address_of_no_kind: { address: 1 },
  a_family_that_is_none: { family: 'ipv5' },
};

play(() => {
  for (const address of IPV6) {
    attempt('ipv6', address, () => {
      trace('ipv6', 'is', new net.SocketAddress({ address, family: 'ipv6' }).address);
    });
  }
  for (const address of IPV4) {
    attempt('ipv4', address, () => {
      trace('ipv4', 'is', new net.SocketAddress({ address }).address);
    });
  }
  for (const [name, options] of Object.entries(OPTIONS)) {
    attempt('options', name, () => {
      const made = new net.SocketAddress(options);
      trace('options', 'are', made.address, made.family, made.port, made.flowlabel);
      trace('options', 'json', made.toJSON());
    });
  }
  const is = net.SocketAddress.isSocketAddress;
  trace('is', 'one', is(new net.SocketAddress()), is({}), is(null));
  const isList = net.BlockList.isBlockList;
  trace('is', 'list', isList(new net.BlockList()), isList({}), isList(null));
});
