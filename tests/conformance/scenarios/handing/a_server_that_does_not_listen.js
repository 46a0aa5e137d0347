// A server that does not listen has nothing to send: the message goes alone.
'use strict';
const net = require('node:net');
const { once, playParts, serve, startPart, watch } = require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    watch(child, 'parent', 'exit');
    child.send('never listened', net.createServer());
    const server = await serve();
    await once(server.close(), 'close');
    child.send('closed', server);
    child.send('over');
  },

  child() {
    watch(process, 'child', 'message');
    process.on('message', (message) => message === 'over' && process.disconnect());
  },
});
