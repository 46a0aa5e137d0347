// since: 26
// A listening server moves to another thread. Differs on purpose: in Node what is left can listen
// again; here a server that was moved is over.
'use strict';
const { isMainThread, parentPort, Worker } = require('node:worker_threads');
const { alias, ask, attempt, once, play, portOf, serve, trace, watch } = require('../../scenario');

async function here() {
  const there = new Worker(__filename);
  await once(there, 'online');
  const server = await serve((peer) => peer.end('here'));
  const port = alias(portOf(server), '<port>');
  trace('client', 'told', await ask(port));
  watch(server, 'left', 'error', 'close');
  there.postMessage({ server }, [server]);
  trace('left', 'state', server.listening, server.address());
  attempt('left', 'again', () => there.postMessage({ server }, [server]));
  await once(there, 'message');
  trace('client', 'told', await ask(port));
  there.postMessage('stop');
  await once(there, 'exit');
  trace('client', 'told', await ask(port));
  attempt('left', 'listen', () => server.listen(0));
  server.close();
}

function there() {
  parentPort.once('message', ({ server }) => {
    trace('moved', 'state', server.listening);
    server.on('connection', (peer) => peer.end('there'));
    parentPort.postMessage('ready');
    parentPort.once('message', () => server.close());
  });
}

play(isMainThread ? here : there);
