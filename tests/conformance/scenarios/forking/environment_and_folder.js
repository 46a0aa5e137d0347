// env replaces the parent's environment, cwd is where the child runs.
// alone: it changes the environment of the program
'use strict';
const { localPath, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  parent() {
    const env = { ...process.env, SCENARIO_EXTRA: 'more' };
    process.env.SCENARIO_OWN = 'mine';
    const child = startPart('child', { env, cwd: localPath('') });
    watch(child, 'parent', 'exit');
    const heir = startPart('heir');
    watch(heir, 'heirs parent', 'exit');
  },

  child() {
    trace('child', 'env', process.env.SCENARIO_EXTRA, process.env.SCENARIO_OWN);
    trace('child', 'cwd', process.cwd());
  },

  heir() {
    trace('heir', 'env', process.env.SCENARIO_EXTRA, process.env.SCENARIO_OWN);
  },
});
