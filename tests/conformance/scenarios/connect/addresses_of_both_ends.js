// Each end knows its own address and the other's, until it is closed.
'use strict';
const net = require('node:net');
const { isDeepStrictEqual } = require('node:util');
const { once, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  const ends = (who, socket) => trace(who, 'addresses',
    socket.localAddress, socket.localFamily, socket.remoteAddress, socket.remoteFamily);
  ends('client', client);
  ends('server', peer);
  trace('client', 'mirrored', client.localPort === peer.remotePort,
    client.remotePort === peer.localPort);
  const { localAddress: address, localPort: port } = client;
  trace('client', 'address', isDeepStrictEqual(client.address(), { address, family: 'IPv4', port }));
  client.end();
  client.resume();
  peer.resume();
  await once(client, 'close');
  trace('client', 'closed', client.localPort === undefined);
  const fresh = new net.Socket();
  trace('fresh', 'created', fresh.localAddress, fresh.remoteAddress, fresh.remotePort,
    fresh.remoteFamily, fresh.bytesRead, fresh.bytesWritten, fresh.timeout);
});
