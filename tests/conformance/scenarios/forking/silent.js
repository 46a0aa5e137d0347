// silent: the child's input and output are pipes to the parent.
'use strict';
const fs = require('node:fs');
const { collect, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child', { silent: true });
    watch(child, 'parent', 'disconnect', 'exit', 'close');
    const ends = child.stdio.map((end) => end != null);
    trace('parent', 'ends', ends, child.stdio[1] === child.stdout);
    collect(child.stdout, 'stdout');
    collect(child.stderr, 'stderr');
    child.stdin.end('words');
  },

  child() {
    const words = fs.readFileSync(0);
    fs.writeSync(1, `said ${words}`);
    fs.writeSync(2, `${words.length}`);
  },
});
