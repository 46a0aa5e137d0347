// What is piped into has to be something that can be written to. Node stumbles over what is not;
// netserve says so.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  const socket = new net.Socket();
  attempt('socket', 'unpipe what is not piped', () => socket.unpipe(new net.Socket()));
  attempt('socket', 'unpipe nothing', () => socket.unpipe());
  attempt('socket', 'nothing', () => socket.pipe(null));
  attempt('socket', 'number', () => socket.pipe(5));
  attempt('socket', 'object', () => socket.pipe({}));
});
