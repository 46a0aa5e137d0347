"""once, prepend and removal work in the middle of a server's life."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace


async def main() -> None:
    server = await serve()

    def always(_peer: netserve.Socket) -> None:
        trace("server", "always")

    def removed(_peer: netserve.Socket) -> None:
        trace("server", "removed")

    server.on("connection", always)
    server.once("connection", lambda _: trace("server", "once"))
    server.on("connection", removed)
    server.prepend_listener("connection", lambda _: trace("server", "prepended"))
    server.prepend_once_listener("connection", lambda _: trace("server", "prepended once"))
    server.on("connection", lambda peer: peer.end())
    server.off("connection", removed)
    trace("server", "count", server.listener_count("connection"))
    for _ in range(2):
        client = netserve.create_connection(port_of(server), "127.0.0.1")
        await once(client.resume(), "close")
    trace("server", "count", server.listener_count("connection"))
    server.remove_all_listeners("connection")
    trace("server", "count", server.listener_count("connection"))
    server.close()


play(main)
