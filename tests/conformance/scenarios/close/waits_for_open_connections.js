// 'close' comes after the last connection has gone; both keep working until then.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve();
  watch(server, 'server', 'close');
  const accepted = once(server, 'connection');
  const client = net.createConnection(portOf(server), '127.0.0.1');
  const [peer] = await accepted;
  watch(peer, 'server', 'end', 'close');
  peer.on('data', (chunk) => trace('server', 'data', chunk));
  server.close(() => trace('server', 'callback'));
  trace('server', 'close returned', server.listening);
  await sleep(0.05);
  client.end('last words');
  client.resume();
});
