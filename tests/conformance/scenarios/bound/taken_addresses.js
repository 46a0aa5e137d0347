// A port that somebody listens on, and a path that is there, are refused at once; two may wait
// for the same port.
// Differs on purpose: an error about a path names it, as those of listen() do.
// since: 26
'use strict';
const net = require('node:net');
const { alias, attempt, localPath, play, portOf, serve } = require('../../scenario');

play(async () => {
  const server = await serve();
  const port = alias(portOf(server), '<port>');
  attempt('bound', 'a port', () => new net.BoundSocket({ host: '127.0.0.1', port }).close());
  server.close();
  const bound = new net.BoundSocket({ host: '127.0.0.1' });
  const same = { host: '127.0.0.1', port: bound.address().port };
  attempt('bound', 'a port, bound only', () => new net.BoundSocket(same).close());
  bound.close();
  const path = localPath('x.sock');
  const there = new net.BoundSocket({ path });
  attempt('bound', 'a path', () => new net.BoundSocket({ path }).close());
  there.close();
  attempt('bound', 'no folder', () => new net.BoundSocket({ path: localPath('no/x') }).close());
});
