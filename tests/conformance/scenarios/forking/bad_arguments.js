// What fork() is given is looked at before anything is started.
'use strict';
const { fork } = require('node:child_process');
const { attempt, playParts, startPart, trace } = require('../../scenario');

playParts({
  parent() {
    const refuse = (what, action) => attempt('parent', what, action);
    refuse('module 5', () => fork(5));
    refuse('args 5', () => fork(__filename, 5));
    refuse('stdio without ipc', () => startPart('child', { stdio: ['pipe', 'pipe', 'pipe'] }));
    refuse('stdio with two', () => startPart('child', { stdio: [0, 1, 2, 'ipc', 'ipc'] }));
    refuse('stdio nonsense', () => startPart('child', { stdio: 'nonsense' }));
    refuse('stdio with an object', () => startPart('child', { stdio: ['ipc', {}] }));
    refuse('serialization', () => startPart('child', { serialization: 'nonsense' }));
    refuse('cwd 5', () => startPart('child', { cwd: 5 }));
    refuse('detached 5', () => startPart('child', { detached: 5 }));
    refuse('signal 5', () => startPart('child', { signal: 5 }));
    refuse('timeout -1', () => startPart('child', { timeout: -1 }));
    refuse('kill signal', () => startPart('child', { killSignal: 'SIGNOPE' }));
  },

  child() {
    trace('child', 'was started');
  },
});
