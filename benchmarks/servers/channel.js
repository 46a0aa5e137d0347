// Messages between a Node parent and its child, which sends each one back.
// What the load generator asks of the parent stands in load.c.
"use strict";
const { fork } = require("node:child_process");
const net = require("node:net");

const FIRST = 1e9; // as many digits in each number
const TEXT = "x".repeat(33); // makes 64 bytes of JSON

function talk(child) {
  let sent = 0;
  let received = 0;
  const send = () => child.send({ number: FIRST + sent++, text: TEXT });

  child.on("message", ({ number, text }) => {
    if (number !== FIRST + received || text !== TEXT) throw new Error("another message came back");
    received++;
    send();
  });
  return {
    begin(window) {
      while (sent < window) send();
    },
    count() {
      const answer = Buffer.alloc(8);
      answer.writeBigUInt64LE(BigInt(received));
      return answer;
    },
  };
}

if (process.connected) {
  process.on("message", (message) => process.send(message));
} else {
  const child = fork(__filename);
  child.once("message", () => {
    const talking = talk(child);
    const server = net.createServer((socket) => {
      socket.on("data", ([window]) => {
        talking.begin(window);
        socket.write(talking.count());
      });
    });
    server.listen(0, "127.0.0.1", () => console.log(server.address().port, child.pid));
  });
  child.send("are you there?");
}
