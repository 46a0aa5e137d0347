// The buffer to read into is bytes that can be written, and the callback a function: netserve asks
// when it gets them, Node when data comes.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  attempt('socket', 'buffer number', () => new net.Socket({ onread: { buffer: 5, callback() {} } }));
  attempt('socket', 'callback number', () => new net.Socket({ onread: { buffer: Buffer.alloc(1), callback: 5 } }));
});
