// bytes_read and bytes_written count bytes, not characters, and outlive the connection.
'use strict';
const { once, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  peer.on('data', (chunk) => peer.write(chunk));
  const counts = (when) => trace('client', when, client.bytesRead, client.bytesWritten);
  counts('connected');
  client.write('naïve');
  trace('client', 'written', client.bytesWritten);
  await once(client, 'data');
  counts('echoed');
  client.end('é');
  await once(client, 'close');
  counts('closed');
  trace('server', 'closed', peer.bytesRead, peer.bytesWritten);
});
