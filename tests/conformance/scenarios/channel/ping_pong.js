// Question and answer, many times over.
'use strict';
const { playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child');
    watch(child, 'parent', 'disconnect', 'exit');
    child.on('message', (number) => {
      if (number < 200) {
        child.send(number + 1);
      } else {
        trace('parent', 'enough', number);
        child.disconnect();
      }
    });
    child.send(0);
  },

  child() {
    process.on('message', (number) => process.send(number + 1));
  },
});
