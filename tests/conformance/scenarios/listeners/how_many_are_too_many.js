// The limit is ten, for one emitter whatever it was set to, and anything that is a number.
'use strict';
const { EventEmitter } = require('node:events');
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  trace('server', 'default', server.getMaxListeners(), EventEmitter.defaultMaxListeners);
  trace('server', 'set', server.setMaxListeners(3).getMaxListeners());
  trace('server', 'infinite', server.setMaxListeners(Infinity).getMaxListeners() === Infinity);
  attempt('server', 'negative', () => server.setMaxListeners(-1));
  attempt('server', 'not a number', () => server.setMaxListeners(NaN));
  attempt('server', 'text', () => server.setMaxListeners('5'));
  attempt('server', 'nothing', () => server.setMaxListeners(null));
  attempt('server', 'true', () => server.setMaxListeners(true));
});
