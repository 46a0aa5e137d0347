"""Differs on purpose: once the last child with sockets is over, Node's getConnections() never calls
back, nor does 'close' come; netserve counts what is left.
"""

import netserve
from netserve import process
from tests.conformance.scenario import differs, once, play_parts, port_of, serve, start_part, trace


async def parent() -> None:
    differs(
        "parent",
        node=[["child is over"]],
        netserve=[["child is over"], ["count", None, 0], ["closed"]],
    )
    server = await serve(pause_on_connect=True)
    child = start_part("child")
    connection = once(server, "connection")
    netserve.create_connection(port_of(server), "127.0.0.1").resume()
    (peer,) = await connection
    child.send("take", peer)
    await once(child, "message")
    child.kill()
    await once(child, "close")
    trace("parent", "child is over")
    server.get_connections(lambda error, count: trace("parent", "count", error, count))
    server.close(lambda *_: trace("parent", "closed"))


def child() -> None:
    process.on("message", lambda *_: process.send("taken"))


play_parts(parent=parent, child=child)
