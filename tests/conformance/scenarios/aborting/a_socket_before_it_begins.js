// A socket whose signal was aborted before is destroyed by an error soon, not at once.
'use strict';
const net = require('node:net');
const { once, play, trace } = require('../../scenario');

play(async () => {
  const client = new net.Socket({ signal: AbortSignal.abort() });
  client.on('error', (error) => trace('client', 'error', error));
  trace('client', 'destroyed', client.destroyed);
  await once(client, 'close');
  trace('client', 'closed');
});
