// A program that nobody forked has no channel.
'use strict';
const { play, trace } = require('../../scenario');

play(() => {
  process.on('message', () => trace('program', 'message'));
  process.on('disconnect', () => trace('program', 'disconnect'));
  trace('program', 'connected', Boolean(process.connected), process.channel);
});
