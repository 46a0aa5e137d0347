// since: 26
// What can't be moved to another thread. Differs on purpose: Node moves a socket that has sent its
// end, and forgets that it has.
'use strict';
const net = require('node:net');
const { isMainThread, Worker } = require('node:worker_threads');
const { attempt, once, pair, play } = require('../../scenario');

async function here() {
  const there = new Worker(__filename);
  await once(there, 'online');
  const move = (handle) => () => there.postMessage(handle, [handle]);
  attempt('program', 'a server that does not listen', move(net.createServer()));
  attempt('program', 'a socket without a connection', move(new net.Socket()));
  const { client, peer } = await pair();
  peer.end();
  attempt('program', 'a socket that was ended', move(peer));
  while (client.write(Buffer.alloc(1 << 20)));
  attempt('program', 'a socket with bytes to write', move(client));
  peer.destroy();
  attempt('program', 'a socket that was destroyed', move(peer));
  client.destroy();
  there.terminate();
}

if (isMainThread) play(here);
else setInterval(() => {}, 1000);
