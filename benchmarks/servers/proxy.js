// A proxy with Node's own net module: 127.0.0.1:PORT to 127.0.0.2:PORT and back.
"use strict";
const net = require("node:net");

const server = net.createServer((socket) => {
  const upstream = net.connect(server.address().port, "127.0.0.2");
  socket.pipe(upstream);
  upstream.pipe(socket);
  socket.on("error", () => upstream.destroy());
  upstream.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
