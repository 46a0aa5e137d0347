// A socket that adopted a path and is destroyed before it connects removes the file; one that
// connects has it until it closes. Neither keeps the program alive before.
// since: 26
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { localPath, once, play, trace, watch } = require('../../scenario');

play(async () => {
  const path = localPath('client.sock');
  const unused = new net.Socket({ handle: new net.BoundSocket({ path }) });
  watch(unused, 'unused', 'error', 'close');
  trace('unused', 'file', fs.existsSync(path));
  unused.destroy();
  await once(unused, 'close');
  trace('unused', 'file', fs.existsSync(path));
  const server = net.createServer((peer) => peer.end());
  server.listen(localPath('server.sock'));
  await once(server, 'listening');
  const client = new net.Socket({ handle: new net.BoundSocket({ path }) });
  watch(client, 'client', 'connect', 'error', 'close');
  client.connect(localPath('server.sock'), () => trace('client', 'file', fs.existsSync(path)));
  client.resume();
  await once(client, 'close');
  trace('client', 'file', fs.existsSync(path));
  server.close();
  globalThis.kept = new net.Socket({ handle: new net.BoundSocket() });
});
