// A signal made of several is aborted with the first of them, for its reason, once.
'use strict';
const { attempt, play, trace } = require('../../scenario');

play(() => {
  const [one, other] = [new AbortController(), new AbortController()];
  const both = AbortSignal.any([one.signal, other.signal]);
  both.addEventListener('abort', () => trace('signal', 'abort', both.aborted, both.reason));
  trace('signal', 'new', both.aborted, both.reason);
  both.throwIfAborted();
  other.abort(new Error('the second'));
  one.abort(new Error('the first'));
  trace('signal', 'both', both.aborted, both.reason, one.signal.reason);
  attempt('signal', 'throws', () => both.throwIfAborted());
  const late = AbortSignal.any([one.signal]);
  trace('signal', 'late', late.aborted, late.reason);
  trace('signal', 'of none', AbortSignal.any([]).aborted);
  trace('signal', 'made', AbortSignal.abort('why').aborted, AbortSignal.abort('why').reason);
  trace('signal', 'without a reason', AbortSignal.abort().reason.name);
});
