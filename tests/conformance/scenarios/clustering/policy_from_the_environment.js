// NODE_CLUSTER_SCHED_POLICY says at the start which policy a primary has.
'use strict';
const cluster = require('node:cluster');
const { once, playParts, startPart, trace } = require('../../scenario');

playParts({
  async parent() {
    for (const policy of ['rr', 'none', 'unheard-of']) {
      const env = { ...process.env, NODE_CLUSTER_SCHED_POLICY: policy };
      await once(startPart('child', { env }), 'exit');
    }
  },

  child() {
    const { schedulingPolicy, SCHED_NONE, SCHED_RR } = cluster;
    trace('child', 'policy', schedulingPolicy === SCHED_RR, schedulingPolicy === SCHED_NONE);
  },
});
