// A socket that was destroyed takes every call, and nothing comes of it.
'use strict';
const net = require('node:net');
const { attempt, once, play, trace } = require('../../scenario');

play(async () => {
  const socket = new net.Socket();
  socket.on('error', (error) => trace('socket', 'error', error));
  socket.destroy();
  await once(socket, 'close');
  attempt('socket', 'pause', () => socket.pause());
  attempt('socket', 'resume', () => socket.resume());
  attempt('socket', 'cork', () => socket.cork());
  attempt('socket', 'uncork', () => socket.uncork());
  attempt('socket', 'uncork again', () => socket.uncork());
  attempt('socket', 'unpipe', () => socket.unpipe());
  attempt('socket', 'set_timeout', () => socket.setTimeout(1));
  attempt('socket', 'set_no_delay', () => socket.setNoDelay());
  attempt('socket', 'set_keep_alive', () => socket.setKeepAlive(true));
  attempt('socket', 'set_encoding', () => socket.setEncoding('utf8'));
  attempt('socket', 'ref', () => socket.ref());
  attempt('socket', 'unref', () => socket.unref());
  attempt('socket', 'destroy', () => socket.destroy());
  attempt('socket', 'destroy_soon', () => socket.destroySoon());
  attempt('socket', 'unshift', () => socket.unshift('x'));
  attempt('socket', 'write', () => socket.write('x'));
  trace('socket', 'state', socket.readyState, socket.pending);
  trace('socket', 'flags', socket.connecting, socket.destroyed);
  trace('socket', 'paused', socket.isPaused(), socket.timeout);
  trace('socket', 'bytes', socket.bytesRead, socket.bytesWritten, socket.readableLength);
});
