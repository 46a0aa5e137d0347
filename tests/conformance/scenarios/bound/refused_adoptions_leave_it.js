// Who may not adopt it leaves it as it was: a server that listens, a socket with a wrong option.
// since: 26
'use strict';
const net = require('node:net');
const { attempt, play, serve, trace } = require('../../scenario');

play(async () => {
  const bound = new net.BoundSocket({ host: '127.0.0.1' });
  const server = await serve();
  attempt('bound', 'listen', () => server.listen(bound));
  attempt('bound', 'socket', () => new net.Socket({ handle: bound, signal: 5 }));
  trace('bound', 'address', bound.address().family);
  bound.close();
  server.close();
});
