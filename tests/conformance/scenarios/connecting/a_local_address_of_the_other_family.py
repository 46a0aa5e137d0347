"""A local address of the other family than the address that was found can not be bound."""

import asyncio
from collections.abc import Callable
from typing import Any

import netserve
from tests.conformance.scenario import deaf_port, once, play, watch, watch_attempts


async def main() -> None:
    port = await deaf_port()

    def lookup(_host: str, _asked: object, callback: Callable[..., object]) -> None:
        asyncio.get_running_loop().call_soon(callback, None, "::1", 6)

    tries: list[dict[str, Any]] = [
        {"host": "127.0.0.1", "local_address": "::1"},
        {"host": "::1", "local_address": "127.0.0.1"},
        {"host": "a.example", "local_address": "127.0.0.1", "lookup": lookup},
    ]
    for options in tries:
        client = netserve.create_connection(port=port, **options)
        watch_attempts(client, "client")
        watch(client, "client", "error")
        await once(client, "close")


play(main)
