"""A limit that is raised lets the next client in."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace


async def main() -> None:
    server = await serve(lambda peer: peer.resume())
    server.max_connections = 1
    port = port_of(server)
    server.on("drop", lambda _: trace("server", "drop"))
    server.on("connection", lambda _: trace("server", "connection"))
    first = netserve.create_connection(port, "127.0.0.1")
    await once(first, "connect")
    second = netserve.create_connection(port, "127.0.0.1")
    await once(second.resume(), "close")
    server.max_connections = 2
    third = netserve.create_connection(port, "127.0.0.1")
    await once(server, "connection")
    first.destroy()
    third.destroy()
    server.close(lambda *_: trace("server", "closed"))


play(main)
