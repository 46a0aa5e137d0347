// listen() adopts it: the server has its address at once, and it is of no further use.
// since: 26
'use strict';
const net = require('node:net');
const { alias, ask, attempt, once, play, trace, watch } = require('../../scenario');

play(async () => {
  for (const how of ['target', 'handle']) {
    const bound = new net.BoundSocket({ host: '127.0.0.1' });
    const port = alias(bound.address().port, '<port>');
    const server = net.createServer((peer) => peer.end('served'));
    watch(server, 'server', 'listening', 'error', 'close');
    if (how === 'target') server.listen(bound, () => trace('server', 'callback'));
    else server.listen({ handle: bound, port: 1, host: '192.0.2.1' });
    trace('server', how, server.listening, server.address());
    attempt('bound', 'address', () => bound.address());
    attempt('bound', 'fd', () => bound.fd());
    attempt('bound', 'close', () => bound.close());
    attempt('bound', 'listen', () => net.createServer().listen(bound));
    attempt('bound', 'socket', () => new net.Socket({ handle: bound }));
    bound[Symbol.dispose]();
    await once(server, 'listening');
    trace('client', 'hears', await ask(port));
    server.close();
    await once(server, 'close');
  }
});
