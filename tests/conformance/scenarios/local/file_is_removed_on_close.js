// The socket file lives as long as the server listens.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { localPath, once, play, trace } = require('../../scenario');

play(async () => {
  const path = localPath('s');
  const server = net.createServer();
  await once(server.listen(path), 'listening');
  trace('server', 'listening', fs.statSync(path).isSocket());
  server.close();
  trace('server', 'close returned', fs.existsSync(path));
  await once(server, 'close');
  trace('server', 'closed', fs.existsSync(path));
});
