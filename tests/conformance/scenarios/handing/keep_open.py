"""With keep_open both processes have the socket; its end comes when both have closed it."""

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
    collect(client, "client")
    (peer,) = await connection
    watch(peer, "parent", "close")
    child = start_part("child")
    watch(child, "parent", "exit")
    child.send("take", peer, keep_open=True)
    trace("parent", "sent", peer.destroyed, peer.ready_state)
    await once(child, "exit")
    peer.write(" and the parent")
    peer.destroy_soon()
    server.close()


def child() -> None:
    def on_message(_message: str, socket: netserve.Socket) -> None:
        socket.write("the child", callback=lambda *_: socket.destroy())

    process.once("message", on_message)


play_parts(parent=parent, child=child)
