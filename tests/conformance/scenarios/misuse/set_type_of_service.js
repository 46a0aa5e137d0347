// since: 26
// A type of service is a whole number from 0 to 255. To Node a fraction is a number out of range,
// to Python it is of another type.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  const socket = new net.Socket();
  attempt('socket', 'nothing', () => socket.setTypeOfService(null));
  attempt('socket', 'true', () => socket.setTypeOfService(true));
  attempt('socket', 'negative', () => socket.setTypeOfService(-1));
  attempt('socket', 'huge', () => socket.setTypeOfService(2 ** 40));
  attempt('socket', 'fraction', () => socket.setTypeOfService(1.5));
  attempt('socket', 'text', () => socket.setTypeOfService('x'));
  attempt('socket', 'number', () => socket.setTypeOfService(5));
  attempt('socket', 'object', () => socket.setTypeOfService({}));
  attempt('socket', 'list', () => socket.setTypeOfService([]));
  attempt('socket', 'option true', () => new net.Socket({ typeOfService: true }));
  attempt('socket', 'option negative', () => new net.Socket({ typeOfService: -1 }));
  attempt('socket', 'option huge', () => new net.Socket({ typeOfService: 2 ** 40 }));
  attempt('socket', 'option text', () => new net.Socket({ typeOfService: 'x' }));
  attempt('socket', 'option object', () => new net.Socket({ typeOfService: {} }));
});
