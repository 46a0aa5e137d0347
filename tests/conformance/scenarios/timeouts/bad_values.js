// A duration that can't be one throws, as does a callback that can't be called.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  const socket = new net.Socket();
  attempt('socket', 'text', () => socket.setTimeout('soon'));
  attempt('socket', 'none', () => socket.setTimeout(null));
  attempt('socket', 'negative', () => socket.setTimeout(-1));
  attempt('socket', 'infinite', () => socket.setTimeout(Infinity));
  attempt('socket', 'nan', () => socket.setTimeout(NaN));
  attempt('socket', 'callback', () => socket.setTimeout(1000, 'callback'));
});
