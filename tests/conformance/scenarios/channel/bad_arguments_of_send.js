// A handle of the wrong type throws, and nothing is sent.
// Differs on purpose: Node does not look at the callback.
'use strict';
const { attempt, playParts, startPart, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'error', 'exit');
    attempt('parent', 'handle {}', () => child.send('x', {}));
    attempt('parent', 'handle 5', () => child.send('x', 5));
    attempt('parent', 'handle text', () => child.send('x', 'text'));
    attempt('parent', 'callback 5', () => child.send('y', undefined, undefined, 5));
    child.send('over');
  },

  child() {
    watch(process, 'child', 'message');
    process.on('message', (message) => message === 'over' && process.disconnect());
  },
});
