// Workers of a primary that is killed go too, with a server or without.
'use strict';
const cluster = require('node:cluster');
const { forkListening, me, nameServer, once, playCluster, startPart, trace, watch } =
  require('../../scenario');

playCluster({
  async primary() {
    if (process.argv[2] === 'victim') {
      await forkListening({ SCENARIO_LISTENS: 'yes' });
      await once(cluster.fork(), 'online');
      process.send('ready');
      return;
    }
    const victim = startPart('victim');
    watch(victim, 'parent', 'exit');
    await once(victim, 'message');
    victim.kill('SIGKILL');
  },

  worker() {
    cluster.worker.on('disconnect', () => trace(me(), 'disconnect'));
    process.on('exit', () => trace(me(), 'exit'));
    if (process.env.SCENARIO_LISTENS) nameServer().listen(0, '127.0.0.1');
  },
});
