'use strict';
// Starts the Python child and talks to it; every fact is a line of JSON.
const { fork } = require('node:child_process');
const net = require('node:net');
const [python, program, serialization] = process.argv.slice(2);
const say = (...what) => console.log(JSON.stringify(what));
const next = (emitter, event) =>
  new Promise((resolve) => emitter.once(event, (...what) => resolve(what)));
const ask = async (child, message, handle) => {
  const answer = next(child, 'message');
  child.send(message, handle);
  return (await answer)[0];
};
const fetch = (port, text) => new Promise((resolve) => {
  let whole = '';
  const client = net.connect(port, '127.0.0.1', () => text && client.write(text));
  client.on('data', (chunk) => { whole += chunk; });
  client.on('close', () => resolve(whole));
});

(async () => {
  const child = fork(program, [], { execPath: python, serialization });
  for (const message of [null, true, 1.5, 'a "ü" \u2028', { nested: [1, { two: 2 }] }]) {
    say('echo', (await ask(child, message)).echo);
  }
  say('long', (await ask(child, 'x'.repeat(1 << 20))).echo.length);

  const server = net.createServer();
  await next(server.listen(0, '127.0.0.1'), 'listening');
  say('server', (await ask(child, 'server', server)).handle);
  const { port } = server.address();
  // Both accept; this one closes, so the child serves from here on.
  server.close();
  say('answer', await fetch(port));

  const front = net.createServer({ pauseOnConnect: true });
  await next(front.listen(0, '127.0.0.1'), 'listening');
  const answer = fetch(front.address().port, 'unread');
  const [socket] = await next(front, 'connection');
  // The bytes have arrived before the socket is sent.
  await new Promise((resolve) => setTimeout(resolve, 50));
  say('socket', (await ask(child, 'socket', socket)).handle);
  const count = await new Promise((resolve) => front.getConnections((_, n) => resolve(n)));
  say('count', typeof count);
  say('answer', await answer);
  front.close(() => say('front closed'));
  await next(front, 'close');
  child.send('leave');
  say('exit', ...(await next(child, 'exit')));
  process.exit();
})();
