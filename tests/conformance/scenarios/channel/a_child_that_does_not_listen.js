// A channel that nobody listens on keeps no child alive, whatever is sent to it.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit', 'close');
    child.send('anybody?');
  },

  child() {
    trace('child', 'connected', process.connected, process.channel != null);
  },
});
