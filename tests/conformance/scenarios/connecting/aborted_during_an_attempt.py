"""Aborting the signal of a socket ends its lookup or its attempt with an AbortError."""

import netserve
from tests.conformance.scenario import (
    SILENT,
    answering,
    later,
    once,
    play,
    silent_port,
    watch,
    watch_attempts,
)


async def main() -> None:
    for lookup in (lambda *_: None, answering(SILENT, "127.0.0.2"), answering(SILENT)):
        controller = netserve.AbortController()
        client = netserve.create_connection(
            silent_port(), "a.example", signal=controller.signal, lookup=lookup
        )
        watch_attempts(client, "client")
        watch(client, "client", "error")
        later(0.03, controller.abort)
        await once(client, "close")


play(main)
