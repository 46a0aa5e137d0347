// A parent that leaves at once: the child starts with a closed channel and hears all the same.
'use strict';
const { playParts, startPart, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    child.send('farewell');
    child.disconnect();
  },

  child() {
    watch(process, 'child', 'message', 'disconnect');
  },
});
