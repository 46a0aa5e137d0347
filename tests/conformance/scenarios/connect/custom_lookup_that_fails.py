"""An error of the lookup is told by 'lookup', then by 'error'."""

import asyncio
from collections.abc import Callable

import netserve
from tests.conformance.scenario import play, trace, watch


def main() -> None:
    def lookup(_host: str, _options: object, callback: Callable[..., object]) -> None:
        asyncio.get_running_loop().call_soon(callback, Exception("no such place"), None, None)

    client = netserve.create_connection(
        port=1, host="anything.example", auto_select_family=False, lookup=lookup
    )
    client.on("lookup", lambda error, *_: trace("client", "lookup", error))
    watch(client, "client", "connect", "error", "close")


play(main)
