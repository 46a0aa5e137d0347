// disconnect() in the parent: what was sent arrives, then the child's channel is closed.
// Differs on purpose: Node never emits 'close' after that, netserve does when the child is over.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'message', 'disconnect', 'exit', 'close');
    for (const message of [1, 2, 3]) child.send(message);
    child.disconnect();
    trace('parent', 'disconnect returned', child.connected);
    child.on('disconnect', () => trace('parent', 'channel', child.channel));
  },

  child() {
    watch(process, 'child', 'message', 'disconnect');
    process.on('disconnect', () => {
      trace('child', 'state', process.connected, process.channel);
      process.exit(5);
    });
  },
});
