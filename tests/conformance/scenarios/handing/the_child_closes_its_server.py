"""close() in one process leaves the other's server as it is."""

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
    server = await serve(lambda peer: peer.end("parent"))
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit")
    child.send("take", server)
    await once(child, "exit")
    trace("parent", "listening", server.listening)
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    collect(client, "client")
    await once(client, "close")
    server.close(lambda *_: trace("parent", "closed"))


def child() -> None:
    def on_message(_message: str, server: netserve.Server) -> None:
        watch(server, "child", "close")
        server.close()
        trace("child", "listening", server.listening)

    process.once("message", on_message)


play_parts(parent=parent, child=child)
