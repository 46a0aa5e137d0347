// Each end knows its own address until it is closed, and the other's if it was asked for before.
'use strict';
const net = require('node:net');
const { isDeepStrictEqual } = require('node:util');
const { once, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  const other = await pair();
  other.client.destroy();
  trace('other', 'destroyed', other.client.localAddress, other.client.remoteAddress);
  other.peer.resume();
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
  trace('client', 'closed', client.localPort === undefined, client.remoteAddress, client.remoteFamily);
  const fresh = new net.Socket();
  trace('fresh', 'created', fresh.localAddress, fresh.remoteAddress, fresh.remotePort,
    fresh.remoteFamily, fresh.bytesRead, fresh.bytesWritten, fresh.timeout);
});
