"""A socket that is destroyed during one of several attempts says that it was called off, after its
error and before it closes. With one address it says nothing."""

import netserve
from tests.conformance.scenario import (
    SILENT,
    answering,
    later,
    once,
    play,
    silent_port,
    trace,
    tried,
    watch,
    watch_attempts,
)


async def main() -> None:
    for error, *addresses in (
        [None, SILENT, "127.0.0.2"],
        [Exception("enough"), SILENT, "127.0.0.2"],
        [Exception("enough"), SILENT],
    ):
        client = netserve.create_connection(
            silent_port(), "a.example", lookup=answering(*addresses)
        )
        watch_attempts(client, "client")
        watch(client, "client", "error")
        client.on(
            "connection_attempt",
            lambda *_, client=client, error=error: later(0, lambda: client.destroy(error)),
        )
        await once(client, "close")
        trace("client", "tried", tried(client))


play(main)
