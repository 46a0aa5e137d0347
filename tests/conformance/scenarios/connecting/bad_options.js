// Options of the selection and of the lookup are checked at once.
'use strict';
const net = require('node:net');
const { attempt, play } = require('../../scenario');

play(() => {
  const port = 1;
  for (const [what, options] of Object.entries({
    'select number': { autoSelectFamily: 0 },
    'select text': { autoSelectFamily: 'yes' },
    'timeout zero': { autoSelectFamilyAttemptTimeout: 0 },
    'timeout negative': { autoSelectFamilyAttemptTimeout: -1 },
    'timeout text': { autoSelectFamilyAttemptTimeout: '1' },
    'timeout endless': { autoSelectFamilyAttemptTimeout: Infinity },
    'hints text': { hints: 'all' },
    'hints unknown': { hints: 1 },
    'family number': { family: 5 },
    'family text': { family: 'ipv4' },
    'local address text': { localAddress: 'localhost' },
    'local port text': { localPort: '80' },
    'local port flag': { localPort: true },
  })) {
    attempt('client', what, () => net.createConnection({ port, host: 'localhost', ...options }));
  }
});
