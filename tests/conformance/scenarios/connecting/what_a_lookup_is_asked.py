"""What a lookup is told: the family, the flags, and whether all addresses are of use."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import netserve
from tests.conformance.scenario import deaf_port, once, play, trace, watch


async def main() -> None:
    port = await deaf_port()
    tries: list[dict[str, Any]] = [
        {},
        {"family": 0},
        {"family": 4},
        {"family": "IPv6"},
        {"family": 4, "auto_select_family": True},
        {"hints": 8},
        {"hints": 8, "family": 6},
        {"hints": 1},
        {"auto_select_family": False},
        {"local_address": "127.0.0.1"},
        {"local_address": "127.0.0.1", "auto_select_family": True},
        {"local_port": 4711},
        dict.fromkeys(["family", "hints", "auto_select_family", "local_address", "local_port"]),
    ]

    def lookup(_host: str, asked: Mapping[str, Any], callback: Callable[..., object]) -> None:
        trace("client", "asked", asked["family"], asked["hints"], asked["all"])
        asyncio.get_running_loop().call_soon(callback, Exception("no such place"))

    for options in tries:
        client = netserve.create_connection(port, "a.example", **options, lookup=lookup)
        watch(client, "client", "lookup", "error")
        await once(client, "close")


play(main)
