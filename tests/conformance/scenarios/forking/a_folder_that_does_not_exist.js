// A folder to run in that does not exist is an 'error' as well.
'use strict';
const { localPath, play, startPart, trace, watch } = require('../../scenario');

play(() => {
  const child = startPart('child', { cwd: localPath('nowhere') });
  watch(child, 'parent', 'spawn', 'exit');
  child.on('error', (error) => trace('parent', 'error', error.code));
});
