// An event counts its listeners, or how often it has one of them.
'use strict';
const { EventEmitter } = require('node:events');
const { play, trace } = require('../../scenario');

play(() => {
  const emitter = new EventEmitter();
  const [one, other] = [() => {}, () => {}];
  emitter.on('event', one).once('event', one).on('event', other);
  trace('emitter', 'all', emitter.listenerCount('event'));
  trace('emitter', 'one', emitter.listenerCount('event', one));
  trace('emitter', 'other', emitter.listenerCount('event', other));
  trace('emitter', 'none', emitter.listenerCount('nothing', one));
  trace('emitter', 'same', emitter.listeners('event')[1] === one);
});
