// A half that was destroyed before it had ended was aborted; one that had ended was not. The
// documentation's writableAborted is missing from Node's sockets: here they have it.
'use strict';
const { pair, play, trace } = require('../../scenario');

const aborted = (socket) => [
  socket.readableAborted, socket.destroyed && !socket.writableFinished,
];

play(async () => {
  const { client, peer } = await pair();
  client.resume();
  peer.on('data', () => peer.destroy());
  trace('client', 'open', ...aborted(client), client.closed, client.errored);
  client.on('end', () => trace('client', 'end', ...aborted(client)));
  client.on('close', () => trace('client', 'close', ...aborted(client), client.closed));
  peer.on('close', () => trace('server', 'close', ...aborted(peer)));
  client.end('enough');
});
