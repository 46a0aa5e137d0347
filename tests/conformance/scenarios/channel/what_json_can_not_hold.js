// A function or a bare object has no JSON: send() throws and the channel goes on.
// Differs on purpose: JavaScript has JSON for a set ({}) and for NaN (null); in Python that would
// lose what was meant, so send() raises.
'use strict';
const { attempt, once, playParts, startPart, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    await once(child, 'message');
    watch(child, 'parent', 'message', 'exit');
    attempt('parent', 'a function', () => child.send(() => {}));
    attempt('parent', 'an object', () => child.send(Symbol('a')));
    attempt('parent', 'a set', () => child.send(new Set([1])));
    attempt('parent', 'nan', () => child.send(NaN));
    child.send('over');
  },

  child() {
    process.on('message', (message) => {
      if (message !== 'over') return;
      process.send('heard');
      process.disconnect();
    });
    process.send('ready');
  },
});
