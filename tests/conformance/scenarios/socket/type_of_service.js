// since: 26
// The type of service is kept until there is a connection, and then asked of the system.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, trace } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.end());
  const socket = new net.Socket();
  trace('socket', 'new', socket.getTypeOfService());
  trace('socket', 'chains', socket.setTypeOfService(0x10) === socket, socket.getTypeOfService());
  const given = new net.Socket({ typeOfService: 8 });
  trace('socket', 'an option', given.getTypeOfService());
  await once(socket.connect(portOf(server), '127.0.0.1'), 'connect');
  trace('socket', 'connected', socket.getTypeOfService());
  trace('socket', 'changed', socket.setTypeOfService(0x20).getTypeOfService());
  socket.resume();
  server.close();
});
