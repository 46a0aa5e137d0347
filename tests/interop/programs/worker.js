'use strict';
const cluster = require('node:cluster');
const net = require('node:net');
net.createServer((socket) => {
  socket.on('data', (chunk) => socket.end(`${cluster.worker.id}:${chunk}`));
}).listen(0, '127.0.0.1');
process.send({ hello: cluster.worker.id });
