// A child that runs to its end: 'spawn', 'disconnect', 'exit', 'close'; it has a pid at once.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    const state = () => [child.connected, child.channel != null, child.exitCode, child.signalCode];
    watch(child, 'parent', 'spawn', 'error', 'disconnect', 'exit', 'close');
    trace('parent', 'forked', typeof child.pid === 'number', ...state(), child.killed);
    for (const event of ['disconnect', 'exit', 'close']) {
      child.on(event, () => trace('parent', 'state', ...state()));
    }
  },

  child() {
    trace('child', 'runs', process.connected);
  },
});
