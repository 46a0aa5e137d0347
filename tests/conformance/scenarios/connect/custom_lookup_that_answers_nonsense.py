"""A lookup that answers what is no address, or no family, fails the connection."""

import asyncio
from collections.abc import Callable

import netserve
from tests.conformance.scenario import once, play, trace


async def main() -> None:
    for answer in (("nowhere", 4), ("127.0.0.1", 5)):

        def lookup(
            _host: str,
            _options: object,
            callback: Callable[..., object],
            answer: tuple[str, int] = answer,
        ) -> None:
            asyncio.get_running_loop().call_soon(callback, None, *answer)

        client = netserve.create_connection(
            port=1, host="anything.example", auto_select_family=False, lookup=lookup
        )
        client.on("error", lambda error: trace("client", "error", error.code))
        await once(client, "close")


play(main)
