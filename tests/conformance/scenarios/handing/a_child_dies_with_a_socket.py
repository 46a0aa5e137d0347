"""A child that dies takes its sockets along: the server's 'close' does not wait for them."""

import netserve
from netserve import process
from tests.conformance.scenario import once, play_parts, port_of, serve, start_part, trace, watch


async def parent() -> None:
    server = await serve(pause_on_connect=True)
    child = start_part("child")
    watch(child, "parent", "disconnect", "exit", "close")
    connection = once(server, "connection")
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    watch(client, "client", "end", "close")
    client.resume()
    (peer,) = await connection
    child.send("take", peer)
    await once(child, "message")
    server.close(lambda *_: trace("server", "closed"))
    child.kill("SIGKILL")


def child() -> None:
    process.on("message", lambda *_: process.send("taken"))


play_parts(parent=parent, child=child)
