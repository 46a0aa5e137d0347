// A socket that is called off while a name is looked up tries no address of the answer.
'use strict';
const net = require('node:net');
const { once, play, portOf, serve, sleep, trace, watch } = require('../../scenario');

play(async () => {
  const server = await serve();
  const controller = new AbortController();
  let answer;
  const lookup = (host, options, callback) => {
    answer = () => (options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }])
      : callback(null, '127.0.0.1', 4));
  };
  const client = net.createConnection({
    port: portOf(server), host: 'one.test', lookup, signal: controller.signal,
  });
  watch(client, 'client', 'lookup', 'connectionAttempt', 'connect', 'error', 'close');
  await sleep(0.01);
  const closed = once(client, 'close');
  controller.abort();
  trace('client', 'aborted', client.destroyed, client.connecting);
  await closed;
  answer();
  await sleep(0.05);
  server.close();
});
