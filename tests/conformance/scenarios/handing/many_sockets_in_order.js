// Sockets and messages arrive in the order in which they were sent, each with its own message.
'use strict';
const net = require('node:net');
const { once, playParts, portOf, serve, startPart, trace, watch } = require('../../scenario');

const COUNT = 20;

playParts({
  async parent() {
    const server = await serve(undefined, { pauseOnConnect: true });
    const child = startPart('child');
    watch(child, 'parent', 'exit');
    const clients = [];
    for (let number = 0; number < COUNT; number++) {
      const client = net.createConnection(portOf(server), '127.0.0.1');
      const [peer] = await once(server, 'connection');
      child.send(number, peer);
      child.send(`after ${number}`);
      clients.push(client.setEncoding('utf8'));
    }
    child.send('over');
    const answers = await Promise.all(clients.map(async (client) => (await once(client, 'data'))[0]));
    trace('parent', 'answers', answers.every((answer, number) => answer === `number ${number}`));
    server.close(() => trace('server', 'closed'));
  },

  child() {
    const order = [];
    process.on('message', (message, socket) => {
      order.push(message);
      socket?.end(`number ${message}`);
      if (message !== 'over') return;
      const right = order.every((each, at) => each ===
        (at === 2 * COUNT ? 'over' : at % 2 ? `after ${(at - 1) / 2}` : at / 2));
      trace('child', 'order', order.length, right);
      process.once('disconnect', () => {});
    });
  },
});
