// With set_encoding an unfinished character at the end becomes U+FFFD before 'end'.
'use strict';
const { pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  peer.setEncoding('utf8');
  let text = '';
  peer.on('data', (chunk) => { text += chunk; });
  peer.on('end', () => trace('server', 'end', text));
  client.end(Buffer.from([0x61, 0xe2, 0x82]));
});
