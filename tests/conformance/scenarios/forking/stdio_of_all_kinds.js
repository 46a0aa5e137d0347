// stdio says what each descriptor is; beyond the first three there may be more pipes.
'use strict';
const fs = require('node:fs');
const { collect, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = startPart('child', { stdio: ['ignore', 'pipe', 'inherit', 'ipc', 'pipe'] });
    watch(child, 'parent', 'message', 'exit', 'close');
    trace('parent', 'ends', child.stdio.map((end) => end != null), child.stdin, child.stderr);
    collect(child.stdout, 'stdout');
    collect(child.stdio[4], 'extra');
    child.stdio[4].write('to the child');
  },

  child() {
    const room = Buffer.alloc(100);
    const count = fs.readSync(4, room);
    process.send(['stdin', fs.readFileSync(0).length]);
    fs.writeSync(1, 'to stdout');
    fs.writeSync(4, `heard ${room.subarray(0, count)}`);
  },
});
