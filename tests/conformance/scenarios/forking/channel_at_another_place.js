// The channel may be any descriptor; the environment that names it is gone when the child runs.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const stdio = ['inherit', 'inherit', 'inherit', 'ignore', 'ignore', 'ipc'];
    const child = startPart('child', { stdio });
    watch(child, 'parent', 'message', 'exit', 'close');
    child.send('hello');
  },

  child() {
    const names = Object.keys(process.env).filter((name) => name.startsWith('NODE_CHANNEL'));
    trace('child', 'environment', names);
    process.once('message', (message) => process.send(`${message} yourself`));
  },
});
