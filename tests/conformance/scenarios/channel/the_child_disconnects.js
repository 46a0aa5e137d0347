// disconnect() in the child: what it sent arrives, and both ends are told.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'message', 'disconnect', 'exit', 'close');
  },

  child() {
    watch(process, 'child', 'message', 'disconnect');
    for (const message of [1, 2, 3]) process.send(message);
    process.disconnect();
    trace('child', 'disconnect returned', process.connected);
    process.on('disconnect', () => trace('child', 'state', process.connected, process.channel));
  },
});
