"""Differs on purpose: what the sender had read from a socket and nobody had taken is lost in Node;
between two netserve processes it comes along.
"""

import netserve
from netserve import process
from tests.conformance.scenario import (
    collect,
    differs,
    once,
    play_parts,
    port_of,
    serve,
    sleep,
    start_part,
    trace,
    watch,
)


async def parent() -> None:
    differs(
        "child",
        node=[["received", {"bytes": "late"}]],
        netserve=[["received", {"bytes": "early, late"}]],
    )
    server = await serve()
    connection = once(server, "connection")
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    client.write("early, ")
    collect(client, "client")
    (peer,) = await connection
    await sleep(0.1)
    trace("parent", "read", peer.bytes_read, peer.readable_length)
    child = start_part("child")
    watch(child, "parent", "exit")
    child.send("take", peer)
    await once(child, "message")
    client.end("late")
    server.close(lambda *_: trace("server", "closed"))


def child() -> None:
    def on_message(_message: str, socket: netserve.Socket) -> None:
        collect(socket, "child")
        process.send("taken")

    process.once("message", on_message)


play_parts(parent=parent, child=child)
