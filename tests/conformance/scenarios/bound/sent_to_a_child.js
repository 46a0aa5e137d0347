// One that is bound to a port can be sent to a child, which listens on it; one of a path can't.
// Differs on purpose: Node says of one that it has sent already that threads can't be given it.
// since: 26
'use strict';
const net = require('node:net');
const { alias, ask, attempt, localPath, once, playParts, startPart, trace } =
  require('../../scenario');

playParts({
  async parent() {
    const child = startPart('child');
    await once(child, 'message');
    const path = new net.BoundSocket({ path: localPath('x.sock') });
    attempt('parent', 'a path', () => child.send(['path', 0], path));
    trace('parent', 'the path', path.address());
    path.close();
    const bound = new net.BoundSocket({ host: '127.0.0.1' });
    const port = alias(bound.address().port, '<port>');
    const listening = once(child, 'message');
    child.send(['listen', port], bound);
    attempt('parent', 'address', () => bound.address());
    await listening;
    attempt('parent', 'again', () => child.send(['again', 0], bound));
    trace('parent', 'hears', await ask(port));
    child.disconnect();
    const [code] = await once(child, 'exit');
    trace('parent', 'exit', code);
  },

  child() {
    process.on('message', ([what, port], bound) => {
      alias(port, '<port>');
      trace('child', what, bound.isPipe, bound.address());
      const server = net.createServer((peer) => peer.end('the child'));
      server.listen(bound, () => process.send('listening'));
      process.on('disconnect', () => server.close());
    });
    process.send('ready');
  },
});
