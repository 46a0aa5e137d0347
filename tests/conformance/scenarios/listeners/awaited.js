// An event can be awaited: its arguments come, or the error that came first.
'use strict';
const { EventEmitter, once } = require('node:events');
const { play, trace } = require('../../scenario');

play(async () => {
  const emitter = new EventEmitter();
  let waiting = once(emitter, 'event');
  emitter.emit('event', 1, 'a');
  emitter.emit('event', 2);
  trace('emitter', 'event', await waiting);
  waiting = once(emitter, 'event');
  emitter.emit('error', new Error('first'));
  try {
    await waiting;
  } catch (error) {
    trace('emitter', 'failed', error);
  }
  waiting = once(emitter, 'error');
  emitter.emit('error', new Error('wanted'));
  trace('emitter', 'error', await waiting);
  trace('emitter', 'left', emitter.eventNames().length);
});
