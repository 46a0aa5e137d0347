"""Nobody listens: the error tells the code, the call, the address and the port."""

import netserve
from tests.conformance.scenario import deaf_port, play, trace, watch


async def main() -> None:
    client = netserve.create_connection(await deaf_port(), "127.0.0.1")
    watch(client, "client", "connect", "ready", "error", "end", "close")
    client.on("error", lambda _: trace("client", "state", client.destroyed, client.connecting))


play(main)
