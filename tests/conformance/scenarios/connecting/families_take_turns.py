"""The addresses of a host are tried one after the other, the families taking turns: the family of
the first address begins, and each address is tried once."""

import netserve
from tests.conformance.scenario import (
    answering,
    deaf_port,
    once,
    play,
    trace,
    tried,
    watch_attempts,
)


async def main() -> None:
    port = await deaf_port()
    for addresses in (
        ["127.0.0.1", "127.0.0.2", "127.0.0.3", "::1"],
        ["::1", "127.0.0.1", "127.0.0.1", "127.0.0.2", "::1"],
        ["127.0.0.2", "127.0.0.1"],
    ):
        client = netserve.create_connection(port, "a.example", lookup=answering(*addresses))
        watch_attempts(client, "client")
        client.on("error", lambda error: trace("client", "error", error.code, error.errors))
        await once(client, "close")
        trace("client", "tried", tried(client))


play(main)
