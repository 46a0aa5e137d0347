"""A worker that answers with its number."""

import netserve
from netserve import cluster


def on_connection(socket):
    socket.on("data", lambda chunk: socket.end(f"{cluster.worker.id}:".encode() + chunk))


netserve.create_server(on_connection).listen(0, "127.0.0.1")
cluster.worker.send({"hello": cluster.worker.id})
netserve.run()
