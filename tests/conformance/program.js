'use strict';
// Plays the scenarios that the environment names, one after the other in one program; program.py
// is its twin. The next one begins once the one before has left nothing to do: that is when a
// program of its own would have ended.
const fs = require('node:fs');

const prelude = require.resolve('./scenario');
const plays = JSON.parse(process.env.SCENARIOS);

process.on('beforeExit', () => {
  const [next] = plays.splice(0, 1);
  if (!next) return;
  for (const event of ['uncaughtException', 'warning']) process.removeAllListeners(event);
  delete require.cache[prelude];
  Object.assign(process.env, next.environment);
  process.argv[1] = next.file;
  for (const output of [1, 2]) fs.writeSync(output, `${process.env.SCENARIO_BEGINS}\n`);
  setImmediate(() => {}); // asked again, even if the scenario starts nothing
  require(next.file);
});
