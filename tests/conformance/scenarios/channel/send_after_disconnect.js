// send() on a closed channel: the callback gets the error, or else 'error' is emitted.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'error', 'exit');
    child.on('disconnect', () => {
      trace('parent', 'with a callback', child.send('late', (error) => {
        trace('parent', 'callback', error);
        trace('parent', 'without one', child.send('later'));
      }));
    });
  },

  child() {
    process.on('error', (error) => trace('child', 'error', error));
    process.disconnect();
    trace('child', 'sent', process.send('late'));
  },
});
