"""max_connections = 0 drops everyone."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace


async def main() -> None:
    server = await serve(lambda _: trace("server", "connection"))
    server.max_connections = 0
    server.on("drop", lambda _: trace("server", "drop"))
    for _ in range(2):
        client = netserve.create_connection(port_of(server), "127.0.0.1")
        await once(client.resume(), "close")
    server.close(lambda *_: trace("server", "closed"))


play(main)
