// since: 26
// A connection moves to another thread with every byte; what is left is destroyed. Differs on
// purpose: Node's 'close' of what is left has no argument.
'use strict';
const { isMainThread, parentPort, Worker } = require('node:worker_threads');
const { attempt, collect, once, play, portOf, serve, trace, watch } = require('../../scenario');
const net = require('node:net');

async function here() {
  const there = new Worker(__filename);
  await once(there, 'online');
  const server = await serve(undefined, { pauseOnConnect: true });
  const accepted = once(server, 'connection');
  const client = net.createConnection(portOf(server), '127.0.0.1');
  collect(client, 'client');
  client.write('before');
  const [peer] = await accepted;
  watch(peer, 'left', 'end', 'error', 'close');
  there.postMessage({ peer }, [peer]);
  trace('left', 'state', peer.destroyed, peer.readyState);
  attempt('left', 'again', () => there.postMessage({ peer }, [peer]));
  await once(peer, 'close');
  client.end(' after');
  await once(client, 'close');
  await once(there, 'message');
  there.terminate();
  server.close(() => trace('server', 'closed'));
}

function there() {
  parentPort.once('message', ({ peer }) => {
    trace('moved', 'state', peer.isPaused(), peer.bytesRead, peer.server);
    watch(peer, 'moved', 'end', 'close');
    collect(peer, 'moved');
    peer.on('data', (chunk) => peer.write(chunk));
    peer.on('close', () => parentPort.postMessage('done'));
  });
}

play(isMainThread ? here : there);
