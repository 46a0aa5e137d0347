// A closed one refuses everything but to be disposed of.
// since: 26
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { attempt, localPath, play, trace } = require('../../scenario');

play(() => {
  const path = localPath('x.sock');
  const bound = new net.BoundSocket({ path });
  trace('bound', 'file', fs.existsSync(path));
  bound.close();
  trace('bound', 'file', fs.existsSync(path));
  attempt('bound', 'close', () => bound.close());
  attempt('bound', 'address', () => bound.address());
  attempt('bound', 'fd', () => bound.fd());
  attempt('bound', 'listen', () => net.createServer().listen(bound));
  attempt('bound', 'socket', () => new net.Socket({ handle: bound }));
  bound[Symbol.dispose]();
  trace('bound', 'is_pipe', bound.isPipe);
  const again = new net.BoundSocket({ path });
  again[Symbol.dispose]();
  trace('bound', 'file', fs.existsSync(path));
  attempt('bound', 'after disposing', () => again.close());
});
