"""Connections of a server on a path can be sent, and are counted."""

import netserve
from netserve import process
from tests.conformance.scenario import (
    collect,
    local_path,
    once,
    play_parts,
    start_part,
    trace,
    watch,
)


async def parent() -> None:
    server = netserve.create_server(pause_on_connect=True)
    listening = once(server, "listening")
    server.listen(local_path("s"))
    await listening
    connection = once(server, "connection")
    client = netserve.create_connection(local_path("s"))
    client.write("early, ")
    collect(client, "client")
    (peer,) = await connection
    child = start_part("child")
    watch(child, "parent", "exit")
    child.send("take", peer)
    await once(child, "message")

    def on_counted(error: Exception | None, count: int | None) -> None:
        trace("parent", "count", error, count)
        client.end("late")
        server.close(lambda *_: trace("server", "closed"))

    server.get_connections(on_counted)


def child() -> None:
    def on_message(_message: str, socket: netserve.Socket) -> None:
        collect(socket, "child")
        socket.write("hello")
        process.send("taken")

    process.once("message", on_message)


play_parts(parent=parent, child=child)
