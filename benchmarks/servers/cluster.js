// Echo with Node's own cluster module: two workers behind one port.
"use strict";
const cluster = require("node:cluster");
const net = require("node:net");

const WORKERS = 2;

if (cluster.isPrimary) {
  const shared = process.argv[2] === "shared";
  cluster.schedulingPolicy = shared ? cluster.SCHED_NONE : cluster.SCHED_RR;
  const ready = [];
  cluster.on("listening", (worker, { port }) => {
    ready.push(worker.process.pid);
    if (ready.length === WORKERS) console.log(port, ...ready);
  });
  for (let i = 0; i < WORKERS; i++) cluster.fork();
} else {
  const server = net.createServer((socket) => {
    socket.on("data", (chunk) => socket.write(chunk));
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
}
