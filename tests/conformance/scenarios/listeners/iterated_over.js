// Events can be iterated over: all of them, from the start, until one that ends it or an error.
'use strict';
const { EventEmitter, on } = require('node:events');
const { play, sleep, trace } = require('../../scenario');

async function follow(emitter, who, events) {
  try {
    for await (const details of events) trace(who, 'event', ...details);
    trace(who, 'over', emitter.eventNames().length);
  } catch (error) {
    trace(who, 'failed', error, emitter.eventNames().length);
  }
}

play(async () => {
  const one = new EventEmitter();
  const events = on(one, 'event', { close: ['last'] });
  one.emit('event', 1, 'a');
  one.emit('event', 2);
  const followed = follow(one, 'one', events);
  await sleep(0.02);
  one.emit('event', 3);
  one.emit('last');
  one.emit('event', 4);
  await followed;
  const two = new EventEmitter();
  const others = on(two, 'event');
  two.emit('event', 'first');
  two.emit('error', new Error('broken'));
  await follow(two, 'two', others);
});
