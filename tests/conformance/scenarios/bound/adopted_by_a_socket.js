// A socket that adopted it connects from its address; the connection after that from any.
// since: 26
'use strict';
const net = require('node:net');
const { alias, attempt, collect, once, play, portOf, serve, trace, watch } =
  require('../../scenario');

play(async () => {
  let own;
  const server = await serve((peer) => {
    trace('server', 'sees', peer.remotePort === own);
    peer.end('served');
  });
  const port = alias(portOf(server), '<server>');
  const bound = new net.BoundSocket({ host: '127.0.0.1' });
  own = alias(bound.address().port, '<own>');
  const client = new net.Socket({ handle: bound });
  watch(client, 'client', 'connect', 'error', 'close');
  collect(client, 'client');
  attempt('bound', 'address', () => bound.address());
  attempt('bound', 'again', () => new net.Socket({ handle: bound }));
  trace('client', 'before', client.localAddress, client.localPort, client.localFamily,
    client.pending, client.connecting, client.address());
  for (const time of ['first', 'second']) {
    const closed = once(client, 'close');
    client.connect(port, '127.0.0.1', () => trace('client', time, client.localPort === own));
    await closed;
  }
  server.close();
});
