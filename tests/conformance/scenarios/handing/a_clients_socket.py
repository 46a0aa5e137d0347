"""A client's socket can be sent as well."""

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
    def on_connection(peer: netserve.Socket) -> None:
        collect(peer, "server")
        peer.end("hello")
        server.close(lambda *_: trace("server", "closed"))

    server = await serve(on_connection)
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    client.pause()
    await once(client, "connect")
    child = start_part("child")
    watch(child, "parent", "exit")
    child.send("go on", client)


def child() -> None:
    def on_message(_message: str, socket: netserve.Socket) -> None:
        trace("child", "message", socket)
        socket.resume()
        socket.end("from the child")
        watch(socket, "child", "close")

    process.once("message", on_message)


play_parts(parent=parent, child=child)
