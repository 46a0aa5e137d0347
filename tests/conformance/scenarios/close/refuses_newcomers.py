"""A closed server refuses newcomers though an old connection is still open."""

import netserve
from tests.conformance.scenario import alias, once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.resume())
    accepted = once(server, "connection")
    port = alias(port_of(server), "<port>")
    client = netserve.create_connection(port, "127.0.0.1")
    await accepted
    server.close(lambda *_: trace("server", "closed"))
    late = netserve.create_connection(port, "127.0.0.1")
    watch(late, "late", "connect", "error", "close")
    late.on("close", lambda _: client.destroy())


play(main)
