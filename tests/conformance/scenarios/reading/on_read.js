// on_read reads into one buffer again and again, instead of 'data'.
'use strict';
const { once, pair, play, trace } = require('../../scenario');

play(async () => {
  const { client, peer } = await (async () => {
    const buffer = Buffer.alloc(1000);
    const seen = [];
    const whole = await pair({
      clientOptions: {
        onread: {
          buffer,
          callback(nread, got) {
            if (got !== buffer) trace('client', 'another buffer');
            if (nread > 1000) trace('client', 'too much');
            seen.push(Buffer.from(got.subarray(0, nread)));
          },
        },
      },
    });
    whole.client.on('end', () => trace('client', 'end', Buffer.concat(seen).length));
    return whole;
  })();
  client.on('data', () => trace('client', 'data'));
  peer.resume();
  peer.end('x'.repeat(50000));
  await once(client, 'close');
  trace('client', 'bytes_read', client.bytesRead);
});
