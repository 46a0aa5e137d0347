// Options of fork() that make no sense are refused before anything is started. Node makes the best
// of an environment that is none.
'use strict';
const { fork } = require('node:child_process');
const { attempt, play } = require('../../scenario');

play(() => {
  attempt('child', 'cwd number', () => fork('nowhere.js', [], { cwd: 5 }));
  attempt('child', 'cwd zero byte', () => fork('nowhere.js', [], { cwd: 'a\0b' }));
  attempt('child', 'detached text', () => fork('nowhere.js', [], { detached: 'x' }));
  attempt('child', 'env number', () => fork('nowhere.js', [], { env: 5 }));
  attempt('child', 'exec_path number', () => fork('nowhere.js', [], { execPath: 5 }));
  attempt('child', 'kill_signal text', () => fork('nowhere.js', [], { killSignal: 'NOPE' }));
  attempt('child', 'serialization text', () => fork('nowhere.js', [], { serialization: 'x' }));
  attempt('child', 'signal number', () => fork('nowhere.js', [], { signal: 5 }));
  attempt('child', 'stdio text', () => fork('nowhere.js', [], { stdio: 'x' }));
  attempt('child', 'stdio without ipc', () => fork('nowhere.js', [], { stdio: ['pipe'] }));
  attempt('child', 'stdio with two', () => fork('nowhere.js', [], { stdio: ['ipc', 'ipc'] }));
  attempt('child', 'timeout negative', () => fork('nowhere.js', [], { timeout: -1 }));
  attempt('child', 'module number', () => fork(5));
  attempt('child', 'module zero byte', () => fork('a\0b'));
  attempt('child', 'args number', () => fork('nowhere.js', 5));
});
