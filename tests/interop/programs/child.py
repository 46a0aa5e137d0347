"""Echoes messages; serves the server or the connection that comes along."""

import netserve
from netserve import process

servers = []


def on_message(message, handle):
    if message == "leave":
        for server in servers:
            server.close()
        process.disconnect()
        return
    if message == "server":
        servers.append(handle)
        handle.on("connection", lambda socket: socket.end("python"))
    if message == "socket":
        handle.on("data", lambda chunk: handle.end(b"python:" + chunk))
    process.send({"echo": message, "handle": type(handle).__name__ if handle else None})


process.on("message", on_message)
netserve.run()
