"""getConnections() counts the sockets that children have now; with keep_open one counts twice."""

import netserve
from netserve import process
from tests.conformance.scenario import once, play_parts, port_of, serve, start_part, trace


async def parent() -> None:
    server = await serve(pause_on_connect=True)

    async def count(when: str) -> None:
        trace("parent", when, None, await server.get_connections())

    child = start_part("child")
    sent: list[netserve.Socket] = []
    for keep_open in (False, True, None):
        connection = once(server, "connection")
        netserve.create_connection(port_of(server), "127.0.0.1").resume()
        (peer,) = await connection
        sent.append(peer)
        if keep_open is not None:
            child.send("take", peer, keep_open=keep_open)
    await count("one sent, one shared, one here")
    child.send("drop")
    await once(child, "message")
    await count("child dropped one")
    child.send("drop")
    await once(child, "message")
    await count("child dropped both")
    for peer in sent:
        peer.destroy()

    def on_closed(*_: object) -> None:
        trace("server", "closed")
        child.disconnect()

    server.close(on_closed)


def child() -> None:
    taken: list[netserve.Socket] = []

    def on_message(_message: str, socket: netserve.Socket | None) -> None:
        if socket:
            taken.append(socket)
        else:
            dropped = taken.pop(0)
            dropped.on("close", lambda _: process.send("dropped"))
            dropped.destroy()

    process.on("message", on_message)


play_parts(parent=parent, child=child)
