// The child dies with messages unread: 'disconnect', and send() is refused from then on.
'use strict';
const { once, playParts, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    watch(child, 'parent', 'error', 'disconnect', 'exit', 'close');
    await once(child, 'message');
    child.kill('SIGSTOP');
    for (let number = 0; number < 5; number++) child.send(number);
    child.kill('SIGKILL');
    await once(child, 'exit');
    child.send('late', (error) => trace('callback', 'late', error));
  },

  child() {
    process.on('message', () => trace('child', 'message'));
    process.send('ready');
  },
});
