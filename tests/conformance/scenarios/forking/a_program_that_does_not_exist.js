// A program that can't be started: 'error', and no 'exit'.
'use strict';
const { localPath, play, startPart, trace, watch } = require('../../scenario');

play(() => {
  const child = startPart('child', { execPath: localPath('nothing') });
  trace('parent', 'forked', child.pid);
  watch(child, 'parent', 'spawn', 'error', 'exit');
});
