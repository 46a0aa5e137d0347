// A socket file left behind is in use too; once removed, the same server can listen there.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { localPath, once, play, trace, watch } = require('../../scenario');

play(async () => {
  const path = localPath('s');
  fs.writeFileSync(path, 'left behind');
  const server = net.createServer();
  watch(server, 'server', 'listening', 'error', 'close');
  server.listen(path);
  await once(server, 'error');
  trace('server', 'file is untouched', fs.readFileSync(path, 'utf8'));
  fs.unlinkSync(path);
  server.listen(path, () => server.close());
});
