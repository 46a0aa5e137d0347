"""Differs on purpose: a socket that was sent without keep_open stays behind in Node as one that
never closes; here it is destroyed, and 'close' comes.
"""

import netserve
from netserve import process
from tests.conformance.scenario import (
    differs,
    once,
    play_parts,
    port_of,
    serve,
    start_part,
    trace,
    watch,
)


async def parent() -> None:
    differs(
        "parent",
        node=[["sent", False, "open", None], ["taken", False]],
        netserve=[["sent", True, "closed", None], ["close", False], ["taken", True]],
    )
    server = await serve(pause_on_connect=True)
    connection = once(server, "connection")
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    client.resume()
    (peer,) = await connection
    watch(peer, "parent", "end", "error", "close")
    child = start_part("child")
    child.send("take", peer)
    trace("parent", "sent", peer.destroyed, peer.ready_state, peer.remote_address)
    await once(child, "message")
    trace("parent", "taken", peer.destroyed)
    server.close(lambda *_: trace("server", "closed"))
    client.end()
    await once(child, "exit")
    trace("parent", "over")


def child() -> None:
    def on_message(_message: str, socket: netserve.Socket) -> None:
        socket.resume()
        process.send("ready")

    process.once("message", on_message)


play_parts(parent=parent, child=child)
