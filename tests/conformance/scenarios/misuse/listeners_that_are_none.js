// Each way to add a listener refuses what is no function.
'use strict';
const { EventEmitter } = require('node:events');
const { attempt, play } = require('../../scenario');

play(() => {
  const emitter = new EventEmitter();
  attempt('emitter', 'prepend nothing', () => emitter.prependListener('x', null));
  attempt('emitter', 'prepend text', () => emitter.prependListener('x', 'x'));
  attempt('emitter', 'prepend number', () => emitter.prependListener('x', 5));
  attempt('emitter', 'prepend_once nothing', () => emitter.prependOnceListener('x', null));
  attempt('emitter', 'prepend_once text', () => emitter.prependOnceListener('x', 'x'));
  attempt('emitter', 'prepend_once number', () => emitter.prependOnceListener('x', 5));
  attempt('emitter', 'off nothing', () => emitter.off('x', null));
  attempt('emitter', 'off text', () => emitter.off('x', 'x'));
  attempt('emitter', 'off number', () => emitter.off('x', 5));
  attempt('emitter', 'on', () => emitter.on('x', 5));
  attempt('emitter', 'once', () => emitter.once('x', 5));
  attempt('emitter', 'off another', () => emitter.off('x', () => {}));
  attempt('emitter', 'remove all of nothing', () => emitter.removeAllListeners('x'));
  attempt('emitter', 'left', () => emitter.eventNames().length);
});
