"""A child's sockets can be sent to the parent and are counted there. The child lives until its
server's 'close', which waits for them.
"""

import netserve
from netserve import process
from tests.conformance.scenario import (
    collect,
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
    child = start_part("child")
    watch(child, "parent", "exit")
    port, _ = await once(child, "message")
    client = netserve.create_connection(port, "127.0.0.1")
    collect(client, "client")
    client.write("hello")
    message, socket = await once(child, "message")
    trace("parent", "message", message, socket, socket.server)
    collect(socket, "parent")
    child.send("taken")
    await once(child, "message")
    await sleep(0.1)
    socket.end("from the parent")
    client.end()


async def child() -> None:
    server = await serve(pause_on_connect=True)
    connection = once(server, "connection")
    process.send(port_of(server))
    (peer,) = await connection
    process.send("take", peer)
    await once(process, "message")

    def on_counted(error: Exception | None, count: int | None) -> None:
        trace("child", "count", error, count)
        process.send("counted")
        server.close(on_closed)

    def on_closed(*_: object) -> None:
        trace("child", "closed")
        process.disconnect()

    server.get_connections(on_counted)


play_parts(parent=parent, child=child)
