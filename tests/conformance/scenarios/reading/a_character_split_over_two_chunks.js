// With set_encoding a character split over two chunks arrives whole.
'use strict';
const { pair, play, sleep, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  trace('server', 'chains', peer.setEncoding('utf8') === peer);
  peer.on('data', (chunk) => trace('server', 'data', typeof chunk === 'string', chunk));
  client.write(Buffer.from([0xe2]));
  await sleep(0.05);
  client.write(Buffer.from([0x82]));
  await sleep(0.05);
  client.write(Buffer.from([0xac]));
  await sleep(0.05);
  client.end();
});
