// A message whose cmd starts with NODE_ and goes on is not for the program; others are.
'use strict';
const { playParts, startPart, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    for (const cmd of ['NODE_MINE', 'NODE_', 'NODEfoo', 'node_mine', 5]) child.send({ cmd });
    child.send(['NODE_MINE']);
    child.send('NODE_MINE');
  },

  child() {
    watch(process, 'child', 'message');
    process.on('message', (message) => message === 'NODE_MINE' && process.disconnect());
  },
});
