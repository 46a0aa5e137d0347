// Connecting to a file that is no socket is refused.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { localPath, play, watch } = require('../../scenario');

play(() => {
  fs.writeFileSync(localPath('file'), '');
  const client = net.createConnection({ path: localPath('file') });
  watch(client, 'client', 'connect', 'error', 'end', 'close');
});
