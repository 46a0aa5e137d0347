// What is awaited is an event of an emitter.
'use strict';
const { on } = require('node:events');
const { attempt, play } = require('../../scenario');

play(() => {
  attempt('emitter', 'on number', () => on(5, 'x'));
  attempt('emitter', 'on object', () => on({}, 'x'));
  attempt('emitter', 'on text', () => on('x', 'x'));
});
