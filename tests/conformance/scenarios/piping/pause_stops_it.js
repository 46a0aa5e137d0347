// pause() stops a pipe; resume() lets it go on.
'use strict';
const { once, pair, play, sleep, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.pipe(peer);
  let received = '';
  client.setEncoding('utf-8').on('data', (chunk) => { received += chunk; });
  client.write('one');
  await once(client, 'data');
  peer.pause();
  client.write(' two');
  await sleep(0.05);
  trace('client', 'received', received);
  trace('server', 'waiting', peer.readableLength);
  peer.resume();
  await once(client, 'data');
  trace('client', 'received', received);
  client.end();
});
