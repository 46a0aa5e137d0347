"""A child that closed its channel but lives can't be asked how many sockets it has."""

import netserve
from netserve import process
from tests.conformance.scenario import once, play_parts, port_of, serve, start_part, trace, watch


async def parent() -> None:
    server = await serve(pause_on_connect=True)
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit")
    connection = once(server, "connection")
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    client.resume()
    (peer,) = await connection
    child.send("take", peer)
    await once(child, "disconnect")

    def on_counted(error: Exception | None, count: int | None) -> None:
        trace("parent", "count", error, count)
        server.close(lambda *_: trace("server", "closed"))
        client.end()

    server.get_connections(on_counted)


def child() -> None:
    def on_message(_message: str, socket: netserve.Socket) -> None:
        socket.resume()
        process.disconnect()

    process.once("message", on_message)


play_parts(parent=parent, child=child)
