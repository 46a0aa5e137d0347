// A signal made of others follows the first, and one of a timeout has a reason of its own.
'use strict';
const { play, sleep, trace } = require('../../scenario');

play(async () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const both = AbortSignal.any([one.signal, other.signal]);
  const nested = AbortSignal.any([both, new AbortController().signal]);
  both.addEventListener('abort', () => trace('both', 'abort', both.reason));
  nested.addEventListener('abort', () => trace('nested', 'abort', nested.reason));
  other.abort('other');
  one.abort('one');
  trace('both', 'aborted', both.aborted, both.reason);
  const unheard = AbortSignal.any([one.signal, other.signal]);
  trace('unheard', 'aborted', unheard.aborted, unheard.reason);
  const late = AbortSignal.timeout(10);
  late.addEventListener('abort', () => trace('late', 'abort', late.reason.name));
  await sleep(0.1);
  trace('late', 'aborted', late.aborted);
});
