// since: 26
// What is no block list is refused before anything is opened; nothing is no list.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  for (const blockList of [{}, 1, 'x', [], true, null]) {
    const what = JSON.stringify(blockList);
    attempt('server', what, () => net.createServer({ blockList }));
    attempt('socket', what, () => new net.Socket({ blockList }));
    if (blockList === null) continue;
    attempt('connection', what, () => {
      net.createConnection({ port: 1, host: '127.0.0.1', blockList });
    });
  }
});
