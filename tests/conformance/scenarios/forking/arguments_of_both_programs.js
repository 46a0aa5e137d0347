// args go to the script, exec_args to the program that runs it.
'use strict';
const { fork } = require('node:child_process');
const { playParts, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const child = fork(__filename, ['child', 'one', 'two words', ''], {
      execArgv: ['--no-deprecation'],
    });
    watch(child, 'parent', 'exit');
    trace('parent', 'program', child.spawnfile === process.execPath);
    trace('parent', 'arguments', child.spawnargs.length, child.spawnargs.slice(-4));
  },

  child() {
    trace('child', 'arguments', process.argv.slice(2), process.noDeprecation === true);
  },
});
