// Differs on purpose: when a child dies before it took a handle, Node emits no 'disconnect'.
'use strict';
const { once, playParts, serve, startPart, trace, watch } = require('../../scenario');

playParts({
  async parent() {
    const server = await serve();
    const child = startPart('child');
    await once(child, 'message');
    watch(child, 'parent', 'error', 'disconnect', 'exit', 'close');
    child.kill('SIGSTOP');
    child.send('take', server, (error) => trace('callback', 'sent', error));
    child.kill('SIGKILL');
    await once(child, 'close');
    trace('parent', 'connected', child.connected);
    server.close(() => trace('server', 'closed'));
  },

  child() {
    process.on('message', () => trace('child', 'message'));
    process.send('ready');
  },
});
