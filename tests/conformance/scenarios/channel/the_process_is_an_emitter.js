// The module process has everything that an emitter has.
'use strict';
const { play, trace } = require('../../scenario');

play(() => {
  const heard = (name) => (...details) => trace('process', name, ...details);
  const [one, two, three, four] = ['one', 'two', 'three', 'four'].map(heard);
  process.on('x', one);
  process.once('x', two);
  process.prependListener('x', three);
  process.prependOnceListener('x', four);
  trace('process', 'count', process.listenerCount('x'), process.listeners('x').length);
  trace('process', 'names', process.eventNames().includes('x'));
  trace('process', 'emitted', process.emit('x', 1));
  process.off('x', three);
  trace('process', 'emitted', process.emit('x', 2));
  process.removeAllListeners('x');
  trace('process', 'emitted', process.emit('x', 3));
  process.setMaxListeners(process.getMaxListeners() + 1);
  trace('process', 'limit', process.getMaxListeners());
});
