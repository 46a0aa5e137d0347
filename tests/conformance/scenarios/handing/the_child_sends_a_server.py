"""A child can make a server and leave it to the parent."""

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
    child = start_part("child")
    watch(child, "parent", "exit")
    over = once(child, "exit")
    message, server = await once(child, "message")
    trace("parent", "message", message, server, server.listening)
    await over

    def on_connection(peer: netserve.Socket) -> None:
        peer.end("hello")
        server.close(lambda *_: trace("parent", "closed"))

    server.on("connection", on_connection)
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    collect(client, "client")


async def child() -> None:
    server = await serve()
    process.send("yours", server, callback=lambda _: server.close())


play_parts(parent=parent, child=child)
