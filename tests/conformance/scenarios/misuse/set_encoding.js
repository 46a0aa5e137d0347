// An encoding is the name of one that is known. What is no text at all is a matter of type here,
// and no text at all is no name.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  const socket = new net.Socket();
  attempt('socket', 'true', () => socket.setEncoding(true));
  attempt('socket', 'text', () => socket.setEncoding('x'));
  attempt('socket', 'number', () => socket.setEncoding(5));
  attempt('socket', 'object', () => socket.setEncoding({}));
  attempt('socket', 'empty', () => socket.setEncoding(''));
  attempt('socket', 'known', () => socket.setEncoding('latin1'));
});
