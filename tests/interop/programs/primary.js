'use strict';
// A cluster whose workers are Python programs; ends when its input does.
const cluster = require('node:cluster');
const [policy, python, program] = process.argv.slice(2);
cluster.schedulingPolicy = policy === 'rr' ? cluster.SCHED_RR : cluster.SCHED_NONE;
process.execPath = python;
cluster.setupPrimary({ exec: program, args: [] });
const say = (...what) => console.log(JSON.stringify(what));
let listening = 0;
cluster.on('listening', (worker, address) => {
  listening += 1;
  if (listening === 2) say('port', address.port);
});
cluster.on('message', (worker, message) => say('message', message));
cluster.on('exit', (worker, code, signal) =>
  say('exit', code, signal, worker.exitedAfterDisconnect));
cluster.fork();
cluster.fork();
process.stdin.on('end', () => cluster.disconnect()).resume();
