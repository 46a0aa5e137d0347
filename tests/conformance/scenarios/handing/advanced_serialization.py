"""Sockets go along with messages in serialization "advanced" too."""

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
    client.write("early, ")
    collect(client, "client")
    (peer,) = await connection
    child = start_part("child", serialization="advanced")
    watch(child, "parent", "exit")
    child.send(b"take", peer)
    await once(child, "message")

    def on_counted(error: Exception | None, count: int | None) -> None:
        trace("parent", "count", error, count)
        client.end("late")
        server.close(lambda *_: trace("server", "closed"))

    server.get_connections(on_counted)


def child() -> None:
    def on_message(message: bytes, socket: netserve.Socket) -> None:
        trace("child", "message", message, socket)
        collect(socket, "child")
        socket.write("hello")
        process.send("taken")

    process.once("message", on_message)


play_parts(parent=parent, child=child)
