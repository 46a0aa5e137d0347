// What can be aborted is a signal, and a time is a number.
'use strict';
const { attempt, play } = require('../../scenario');

play(() => {
  attempt('signal', 'timeout text', () => AbortSignal.timeout('x'));
  attempt('signal', 'timeout negative', () => AbortSignal.timeout(-1));
  attempt('signal', 'any number', () => AbortSignal.any(5));
  attempt('signal', 'any of numbers', () => AbortSignal.any([5]));
  attempt('signal', 'any nothing', () => AbortSignal.any(null));
});
