// A listener may be async; what it does after waiting works as in a plain one.
'use strict';
const net = require('node:net');
const { collect, once, play, portOf, serve, sleep, trace } = require('../../scenario');

play(async () => {
  const server = await serve(async (peer) => {
    const [chunk] = await once(peer, 'data');
    await sleep(0.02);
    peer.end(`got ${chunk}`);
    await once(peer, 'close');
    trace('server', 'closed');
    server.close();
  });
  const client = net.createConnection(portOf(server), '127.0.0.1', () => client.write('this'));
  collect(client, 'client');
});
