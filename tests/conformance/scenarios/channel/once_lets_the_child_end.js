// A listener for one message keeps the child alive until that has come.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'exit', 'close');
    child.send('one');
  },

  child() {
    process.once('message', (message) => trace('child', 'message', message));
    trace('child', 'listens', process.listenerCount('message'));
  },
});
