"""An IP address needs no lookup; without a host, or with an empty one, localhost is asked for."""

import asyncio
from collections.abc import Callable

import netserve
from tests.conformance.scenario import alias, once, play, port_of, serve, trace, watch_attempts


async def main() -> None:
    server = await serve(lambda peer: peer.resume())
    port = alias(port_of(server), "<port>")

    def lookup(name: str, _options: object, callback: Callable[..., object]) -> None:
        trace("client", "asked", name)
        asyncio.get_running_loop().call_soon(callback, None, [("127.0.0.1", 4)])

    for host in ("127.0.0.1", "", None, "127.1"):
        client = netserve.create_connection(port, host, lookup=lookup)
        watch_attempts(client, "client")
        client.on("connect", client.destroy)
        await once(client, "close")
    server.close()


play(main)
