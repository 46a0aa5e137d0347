'use strict';
// Echoes messages; serves the server or the connection that comes along.
let server;
process.on('message', (message, handle) => {
  if (message === 'leave') {
    server?.close();
    return process.disconnect();
  }
  if (message === 'server') server = handle.on('connection', (socket) => socket.end('node'));
  if (message === 'socket') handle.on('data', (chunk) => handle.end(`node:${chunk}`));
  process.send({ echo: message, handle: handle ? handle.constructor.name : null });
});
