// The error of a socket that was called off is a new one, whose cause is the reason.
'use strict';
const net = require('node:net');
const { once, play, trace } = require('../../scenario');

play(async () => {
  const tell = async (who, reason) => {
    const controller = new AbortController();
    const client = new net.Socket({ signal: controller.signal });
    const failed = once(client, 'error');
    controller.abort(reason);
    const [error] = await failed;
    const same = error.cause === controller.signal.reason;
    trace(who, 'error', error.code, same, error === controller.signal.reason);
  };
  await tell('given', new Error('because'));
  await tell('default', undefined);
});
