// Aborting the signal of a socket ends its lookup or its attempt with an AbortError.
// only: linux
'use strict';
const net = require('node:net');
const {
  SILENT, answering, later, once, play, silentPort, watch, watchAttempts,
} = require('../../scenario');

play(async () => {
  for (const lookup of [() => {}, answering(SILENT, '127.0.0.2'), answering(SILENT)]) {
    const controller = new AbortController();
    const client = net.createConnection({
      port: silentPort(), host: 'a.example', signal: controller.signal, lookup,
    });
    watchAttempts(client, 'client');
    watch(client, 'client', 'error');
    later(0.03, () => controller.abort());
    await once(client, 'close');
  }
});
