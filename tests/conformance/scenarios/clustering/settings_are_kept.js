// setup_primary() changes what it is given; the rest stays as it was set before.
'use strict';
const cluster = require('node:cluster');
const { playCluster, trace } = require('../../scenario');

playCluster({
  primary() {
    const settings = (when) => {
      const { args, silent, cwd, serialization } = cluster.settings;
      trace('primary', when, args, silent, cwd, serialization);
    };
    cluster.setupPrimary({ args: ['one'], silent: true, serialization: 'advanced' });
    settings('first');
    cluster.setupPrimary({ args: ['two'], cwd: '/' });
    settings('second');
    cluster.setupPrimary();
    settings('third');
  },
});
