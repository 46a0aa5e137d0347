"""A server that is sent listens in both processes: each takes what the other does not."""

import netserve
from netserve import process
from tests.conformance.scenario import (
    address_of,
    alias,
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
    port = alias(port_of(server), "<port>")
    child = start_part("child")
    watch(child, "parent", "message", "exit")
    child.send(port, server, callback=lambda error: trace("parent", "sent", error))
    await once(child, "message")
    trace("parent", "listening", server.listening, address_of(server))

    async def ask() -> None:
        client = netserve.create_connection(port, "127.0.0.1")
        collect(client, "client")
        await once(client, "close")

    child.kill("SIGSTOP")  # it can't take this one
    await ask()
    child.kill("SIGCONT")
    closed = once(server, "close")
    server.close()
    await closed
    trace("parent", "closed")
    await ask()
    child.send("over")


def child() -> None:
    def on_message(port: int, server: netserve.Server) -> None:
        alias(port, "<port>")
        trace("child", "message", port, server)
        trace("child", "server", server.listening, address_of(server))
        server.on("connection", lambda peer: peer.end("child"))
        process.once("message", lambda *_: server.close())
        process.send("ready")

    process.once("message", on_message)


play_parts(parent=parent, child=child)
