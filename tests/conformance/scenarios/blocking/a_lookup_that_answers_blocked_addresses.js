// since: 26
// only: linux
// Of several addresses those that are blocked are passed over; when all are, that is the error.
'use strict';
const net = require('node:net');
const { alias, once, play, portOf, serve, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve((peer) => peer.end());
  const port = alias(portOf(server), '<port>');
  const dial = async (who, blocked, answers, one = false) => {
    const blockList = new net.BlockList();
    blockList.addAddresses(blocked);
    const lookup = (host, options, callback) => {
      const found = answers.map((address) => ({ address, family: 4 }));
      if (options.all) process.nextTick(callback, null, found);
      else process.nextTick(callback, null, found[0].address, found[0].family);
    };
    const client = net.createConnection({
      port, host: 'anything.example', blockList, lookup, autoSelectFamily: !one,
    });
    watch(client, who, 'lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connect');
    client.on('connect', () => client.destroy());
    client.on('error', (error) => {
      trace(who, 'error', error.code, error.errors?.map((each) => each.code) ?? null);
    });
    await once(client, 'close');
  };
  await dial('single', ['127.0.0.1'], ['127.0.0.1'], true);
  await dial('only one', ['127.0.0.1'], ['127.0.0.1']);
  await dial('first', ['127.0.0.2'], ['127.0.0.2', '127.0.0.1']);
  await dial('second', ['127.0.0.2'], ['127.0.0.1', '127.0.0.2']);
  await dial('all', ['127.0.0.1', '127.0.0.2'], ['127.0.0.1', '127.0.0.2']);
  await dial('last', ['127.0.0.1'], ['127.0.0.2', '127.0.0.1']);
  server.close();
});
