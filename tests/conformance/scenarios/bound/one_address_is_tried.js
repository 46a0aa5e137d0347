// What was bound before serves one attempt: no other address, and none of another family.
// since: 26
'use strict';
const net = require('node:net');
const { alias, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.end());
  const port = alias(portOf(server), '<port>');
  const lookup = (host, options, callback) => {
    const found = [{ address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }];
    if (options.all) callback(null, found);
    else callback(null, found[0].address, found[0].family);
  };
  for (const [who, host] of [['client', '127.0.0.1'], ['client6', '::1']]) {
    const client = new net.Socket({ handle: new net.BoundSocket({ host }) });
    watch(client, who, 'connectionAttempt', 'connect', 'close');
    client.on('error', ({ code }) => trace(who, 'error', code));
    if (host === '::1') client.connect({ port, host: '127.0.0.1' });
    else client.connect({ port, host: 'two.test', lookup });
    await once(client, 'close');
  }
  server.close();
});
