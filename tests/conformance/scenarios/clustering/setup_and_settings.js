// What workers are started with: setup_primary() fills `settings`, and 'setup' comes after it.
'use strict';
const cluster = require('node:cluster');
const path = require('node:path');
const { once, playCluster, trace } = require('../../scenario');

const stem = (file) => path.basename(file).split('.')[0];

playCluster({
  async primary() {
    const { settings } = cluster;
    trace('primary', 'before', Object.keys(settings).length);
    cluster.on('setup', ({ exec, args, silent }) => {
      trace('primary', 'setup', stem(exec), args, silent);
    });
    cluster.setupPrimary();
    trace('primary', 'defaults', stem(cluster.settings.exec), cluster.settings.args,
      cluster.settings.silent);
    cluster.setupPrimary({ args: ['one', 'two'] });
    trace('primary', 'changed', stem(cluster.settings.exec), cluster.settings.args);
    await once(cluster.fork().disconnect(), 'exit');
    cluster.setupPrimary({ args: ['three'] });
    await once(cluster.fork().disconnect(), 'exit');
  },

  worker() {
    trace(`worker${cluster.worker.id}`, 'arguments', process.argv.slice(2));
  },
});
