"""What the defaults say is what connect() does, unless it is told otherwise."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import netserve
from tests.conformance.scenario import (
    SILENT,
    answering,
    once,
    play,
    silent_port,
    trace,
    watch_attempts,
)


async def main() -> None:
    def lookup(_host: str, options: Mapping[str, Any], callback: Callable[..., object]) -> None:
        trace("client", "all", options["all"])
        asyncio.get_running_loop().call_soon(callback, Exception("no such place"))

    async def asked(**options: Any) -> None:
        client = netserve.create_connection(silent_port(), "a.example", **options, lookup=lookup)
        client.on("error", lambda _: None)
        await once(client, "close")

    netserve.set_default_auto_select_family(False)
    await asked()
    await asked(auto_select_family=True)
    netserve.set_default_auto_select_family(True)
    await asked()
    netserve.set_default_auto_select_family_attempt_timeout(0.02)
    client = netserve.create_connection(
        silent_port(), "a.example", lookup=answering(SILENT, "127.0.0.2")
    )
    watch_attempts(client, "client")
    client.on("error", lambda error: trace("client", "error", error.code))


play(main)
