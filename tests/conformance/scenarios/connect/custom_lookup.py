"""A lookup of the caller's own is asked for the host and decides the address."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    def lookup(host: str, options: Mapping[str, Any], callback: Callable[..., object]) -> None:
        trace("client", "asked", host, options["all"])
        asyncio.get_running_loop().call_soon(callback, None, "127.0.0.1", 4)

    server = await serve(lambda peer: peer.resume())
    client = netserve.create_connection(
        port=port_of(server), host="anything.example", auto_select_family=False, lookup=lookup
    )
    watch(client, "client", "lookup", "connect", "close")
    client.on("connect", lambda: client.destroy())
    await once(client, "close")
    server.close()


play(main)
