// More than ten listeners for one event look like a leak: a warning says so, once.
'use strict';
const { EventEmitter } = require('node:events');
const { play, trace } = require('../../scenario');

process.on('warning', (warning) => trace('program', 'warning', warning.count));

play(() => {
  const emitter = new EventEmitter();
  for (let more = 0; more < 12; more++) emitter.on('event', () => {});
  trace('emitter', 'listeners', emitter.listenerCount('event'));
  emitter.removeAllListeners('event');
  emitter.setMaxListeners(1);
  emitter.on('event', () => {}).on('event', () => {});
  emitter.setMaxListeners(0);
  for (let more = 0; more < 20; more++) emitter.on('other', () => {});
});
