"""Given a path and a port, a socket connects to the path, and nothing else counts."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, deaf_port, local_path, once, play, watch


async def main() -> None:
    connect: Any = netserve.create_connection
    port = await deaf_port()
    server = netserve.create_server(lambda peer: peer.end())
    await once(server.listen(local_path("here")), "listening")
    client = connect(port=port, path=local_path("here"))
    watch(client, "client", "connect", "error", "close")
    client.resume()
    await once(client, "close")
    server.close()
    attempt("client", "no path", lambda: connect(port=port, path=5))

    def no_port() -> None:
        connect(port="x", path=local_path("nowhere")).on("error", lambda _: None)

    attempt("client", "no port", no_port)


play(main)
