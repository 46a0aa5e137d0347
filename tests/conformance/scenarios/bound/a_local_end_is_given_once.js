// A socket that adopted one takes no local address or port of connect(), and stays as it was.
// since: 26
'use strict';
const net = require('node:net');
const { attempt, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.end());
  const where = { port: portOf(server), host: '127.0.0.1' };
  const client = new net.Socket({ handle: new net.BoundSocket({ host: '127.0.0.1' }) });
  watch(client, 'client', 'connect', 'error', 'close');
  attempt('client', 'local_address', () => client.connect({ ...where, localAddress: '127.0.0.1' }));
  attempt('client', 'local_port', () => client.connect({ ...where, localPort: 0 }));
  trace('client', 'destroyed', client.destroyed);
  client.resume();
  client.connect({ ...where, localAddress: undefined });
  await once(client, 'close');
  server.close();
});
