"""With auto_select_family off only the first address is tried, and only that is asked for."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import netserve
from tests.conformance.scenario import deaf_port, once, play, trace, tried, watch, watch_attempts


async def main() -> None:
    port = await deaf_port()

    def lookup(host: str, options: Mapping[str, Any], callback: Callable[..., object]) -> None:
        trace("client", "asked", host, options["all"])
        asyncio.get_running_loop().call_soon(callback, None, "127.0.0.2", 4)

    client = netserve.create_connection(port, "a.example", auto_select_family=False, lookup=lookup)
    watch_attempts(client, "client")
    watch(client, "client", "error")
    await once(client, "close")
    trace("client", "tried", tried(client))


play(main)
