// The defaults of the selection can be set; a timeout is at least a hundredth of a second.
// alone: it changes the defaults of the program
'use strict';
const net = require('node:net');
const { attempt, play, trace } = require('../../scenario');

const bad = { zero: 0, negative: -1, text: '1', nothing: null, endless: Infinity };

play(() => {
  trace('net', 'selects', net.getDefaultAutoSelectFamily());
  for (const value of [false, true]) {
    net.setDefaultAutoSelectFamily(value);
    trace('net', 'selects', net.getDefaultAutoSelectFamily());
  }
  for (const [what, value] of Object.entries({ number: 0, text: 'yes', nothing: null })) {
    attempt('net', `select ${what}`, () => net.setDefaultAutoSelectFamily(value));
  }
  for (const milliseconds of [200, 10, 9, 1]) {
    net.setDefaultAutoSelectFamilyAttemptTimeout(milliseconds);
    trace('net', 'waits', net.getDefaultAutoSelectFamilyAttemptTimeout() / 1000);
  }
  for (const [what, value] of Object.entries(bad)) {
    attempt('net', `wait ${what}`, () => net.setDefaultAutoSelectFamilyAttemptTimeout(value));
  }
  trace('net', 'selects', net.getDefaultAutoSelectFamily());
  trace('net', 'waits', net.getDefaultAutoSelectFamilyAttemptTimeout() / 1000);
});
