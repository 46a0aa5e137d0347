// 'new_listener' comes before the listener is added, 'remove_listener' after it has gone.
'use strict';
const net = require('node:net');
const { play, trace } = require('../../scenario');

play(() => {
  const server = net.createServer();
  const names = { newListener: 'new_listener', removeListener: 'remove_listener' };
  const count = () => server.listenerCount('drop');
  server.on('newListener', (event) => trace('server', 'new', names[event] ?? event, count()));
  server.on('removeListener', (event) => trace('server', 'removed', event, count()));
  const listener = () => trace('server', 'called');
  server.on('drop', listener);
  server.once('drop', listener);
  trace('server', 'emit', server.emit('drop'));
  server.off('drop', listener);
  trace('server', 'emit', server.emit('drop'));
});
