// A server can listen on a descriptor that the program was started with.
'use strict';
const net = require('node:net');
const { addressOf, collect, once, play, portOf, trace, watch } = require('../../scenario');

play(async () => {
  const fd = Number(process.env.SCENARIO_FD);
  const server = net.createServer((socket) => {
    trace('server', 'connection');
    socket.end('hello');
  });
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen({ fd });
  await once(server, 'listening');
  trace('server', 'address', addressOf(server).address, addressOf(server).family);
  const client = net.createConnection(portOf(server), '127.0.0.1');
  collect(client, 'client');
  await once(client, 'close');
  server.close();
});
