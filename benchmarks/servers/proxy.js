// A proxy with Node's own net module and pipe().
"use strict";
const net = require("node:net");

const port = Number(process.argv[2]);
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  const upstream = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => upstream.destroy());
  upstream.on("error", () => socket.destroy());
  socket.pipe(upstream);
  upstream.pipe(socket);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
