"""destroy() while connecting: the callbacks of what waits to be written learn why."""

from collections.abc import Callable

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.resume().on("error", lambda _: None))
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    watch(client, "client", "connect", "error", "finish", "close")

    def told(which: str) -> Callable[..., None]:
        return lambda error=None: trace("client", which, error)

    client.write("one", callback=told("first callback"))
    client.write("two", callback=told("second callback"))
    client.end(callback=told("callback of the end"))
    closed = once(client, "close")
    client.destroy()
    await closed
    server.close()


play(main)
