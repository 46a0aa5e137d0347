// Text in an encoding of choice, bytes and views of bytes all go out as bytes.
'use strict';
const { pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  const chunks = [];
  peer.on('data', (chunk) => chunks.push(chunk));
  peer.on('end', () => trace('server', 'hex', Buffer.concat(chunks).toString('hex')));
  client.resume();
  client.write('é');
  client.write('é', 'latin1');
  client.write('é', 'utf16le');
  client.write(Buffer.from([1, 2]));
  client.write(new Uint8Array([3, 4, 5]).subarray(1));
  client.end('é', 'latin1');
});
