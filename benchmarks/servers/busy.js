// Uploads that cost work, and echoes beside them, with Node's own net module.
"use strict";
const net = require("node:net");

const UPLOAD = "u".charCodeAt(0);
const WORK = 1; // milliseconds

function work() {
  const end = performance.now() + WORK;
  while (performance.now() < end);
}

const server = net.createServer((socket) => {
  let isUpload;
  socket.on("data", (chunk) => {
    isUpload ??= chunk[0] === UPLOAD;
    if (isUpload) work();
    else socket.write(chunk);
  });
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
