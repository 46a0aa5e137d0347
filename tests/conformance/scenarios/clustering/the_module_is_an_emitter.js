// The module cluster has everything that an emitter has.
'use strict';
const cluster = require('node:cluster');
const { play, trace } = require('../../scenario');

play(() => {
  const heard = (name) => (...details) => trace('cluster', name, ...details);
  const [one, two, three, four] = ['one', 'two', 'three', 'four'].map(heard);
  cluster.on('x', one);
  cluster.once('x', two);
  cluster.prependListener('x', three);
  cluster.prependOnceListener('x', four);
  trace('cluster', 'count', cluster.listenerCount('x'), cluster.listeners('x').length);
  trace('cluster', 'names', cluster.eventNames().includes('x'));
  trace('cluster', 'emitted', cluster.emit('x', 1));
  cluster.off('x', three);
  trace('cluster', 'emitted', cluster.emit('x', 2));
  cluster.removeAllListeners('x');
  trace('cluster', 'emitted', cluster.emit('x', 3));
  cluster.setMaxListeners(cluster.getMaxListeners() + 1);
  trace('cluster', 'limit', cluster.getMaxListeners());
});
