// emit() raises an error that nobody listens to, even what is none.
'use strict';
const { EventEmitter } = require('node:events');
const { attempt, play } = require('../../scenario');

play(() => {
  const emitter = new EventEmitter();
  attempt('emitter', 'an error', () => emitter.emit('error', new Error('mine')));
  attempt('emitter', 'a number', () => emitter.emit('error', 5));
  attempt('emitter', 'text', () => emitter.emit('error', 'text'));
  attempt('emitter', 'nothing', () => emitter.emit('error'));
});
