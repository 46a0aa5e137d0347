"""disconnect() right after a socket was sent: it arrives, and what was sent behind it."""

import netserve
from netserve import process
from tests.conformance.scenario import (
    collect,
    once,
    play_parts,
    port_of,
    serve,
    start_part,
    trace,
    watch,
)


async def parent() -> None:
    server = await serve(pause_on_connect=True)
    connection = once(server, "connection")
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    collect(client, "client")
    (peer,) = await connection
    child = start_part("child")
    watch(child, "parent", "error", "disconnect", "exit")
    child.send("take", peer)
    child.send("last words")
    child.disconnect()
    trace("parent", "connected", child.connected)
    server.close(lambda *_: trace("server", "closed"))


def child() -> None:
    def on_message(_message: str, socket: netserve.Socket | None) -> None:
        if socket:
            socket.end("from the child")

    watch(process, "child", "message", "disconnect")
    process.on("message", on_message)


play_parts(parent=parent, child=child)
