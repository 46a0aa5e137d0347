// The methods that set something return the socket, before and after connecting.
'use strict';
const net = require('node:net');
const { pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await pair();
  peer.resume();
  const fresh = new net.Socket();
  for (const [who, socket] of [['client', client], ['fresh', fresh]]) {
    trace(who, 'set_no_delay', socket.setNoDelay() === socket);
    trace(who, 'set_no_delay(false)', socket.setNoDelay(false) === socket);
    trace(who, 'set_keep_alive', socket.setKeepAlive(true, 1000) === socket);
    trace(who, 'set_timeout', socket.setTimeout(0) === socket);
    trace(who, 'unref', socket.unref() === socket);
    trace(who, 'ref', socket.ref() === socket);
    trace(who, 'pause', socket.pause() === socket);
    trace(who, 'resume', socket.resume() === socket);
    trace(who, 'set_encoding', socket.setEncoding('utf8') === socket);
    trace(who, 'destroy', socket.destroy() === socket);
  }
});
