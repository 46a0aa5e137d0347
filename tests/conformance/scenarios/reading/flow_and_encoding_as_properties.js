// Who takes the data, in which encoding, and whether anybody has: a socket says so at any time.
'use strict';
const { pair, play, sleep, trace } = require('../../scenario');

const state = (socket) => [socket.readableFlowing, socket.readableDidRead, socket.readableLength];

play(async () => {
  const { client, peer } = await pair();
  trace('client', 'new', ...state(client), client.readableEncoding);
  client.pause();
  trace('client', 'paused', ...state(client));
  peer.write('one');
  await sleep(0.1);
  trace('client', 'waiting', client.readableDidRead, client.readableLength <= 3);
  client.setEncoding('latin1');
  client.on('data', (chunk) => trace('client', 'data', chunk, ...state(client)));
  client.on('end', () => trace('client', 'end', ...state(client)));
  trace('client', 'a listener', ...state(client), client.readableEncoding);
  client.resume();
  trace('client', 'resumed', client.readableFlowing);
  peer.end('');
});
