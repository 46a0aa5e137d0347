// What can't be called can't listen; an unheard 'error' throws what it carries.
'use strict';
const net = require('node:net');
const { attempt, once, play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  attempt('server', 'on', () => server.on('close', 'listener'));
  attempt('server', 'once', () => server.once('close', 5));
  attempt('server', 'emit', () => server.emit('error', new Error('unheard')));
  trace('server', 'emit', server.emit('close'));
});
