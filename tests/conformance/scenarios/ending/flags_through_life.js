// readable and writable, and what ended and finished, at each event of an orderly end.
'use strict';
const { pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  const flags = (when) => trace('client', when, client.readable, client.writable,
    client.readableEnded, client.writableEnded, client.writableFinished);
  flags('connected');
  client.resume();
  peer.resume();
  client.on('finish', () => flags('finish'));
  client.on('end', () => flags('end'));
  client.on('close', () => flags('close'));
  client.end();
  flags('end returned');
});
