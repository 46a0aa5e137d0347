// What is piped goes through the write of its destination, whoever wrote that.
'use strict';
const { collect, pair, play, trace } = require('../../scenario');

play(async () => {
  const left = await pair();
  const right = await pair();
  left.client.resume();
  right.client.resume();
  const write = right.client.write;
  right.client.write = function seen(chunk, ...rest) {
    trace('destination', 'write', chunk);
    return write.call(this, chunk, ...rest);
  };
  left.peer.pipe(right.client);
  collect(right.peer, 'far end');
  left.client.end('hello');
});
