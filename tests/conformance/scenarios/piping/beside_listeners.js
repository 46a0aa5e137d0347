// A pipe and the listeners for data get each chunk in the order in which they came.
'use strict';
const { pair, play, sleep, trace } = require('../../scenario');

class Sink extends require('node:events') {
  write(chunk) { trace('sink', 'chunk', chunk); return true; }
  end() { trace('sink', 'end'); }
}

play(async () => {
  for (const first of ['pipe', 'listener']) {
    const { client, peer } = await pair();
    const listen = () => peer.on('data', (chunk) => trace('sink', 'listener', chunk));
    if (first === 'listener') listen();
    peer.pipe(new Sink());
    if (first === 'pipe') listen();
    client.resume();
    client.write(first);
    await sleep(0.05);
    client.end();
    await sleep(0.05);
  }
});
