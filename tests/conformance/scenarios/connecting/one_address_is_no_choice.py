"""With one address there is nothing to choose: no list of what was tried, and an error that is no
collection."""

from typing import Any

import netserve
from tests.conformance.scenario import (
    answering,
    deaf_port,
    once,
    play,
    trace,
    tried,
    watch,
    watch_attempts,
)


async def main() -> None:
    port = await deaf_port()
    tries: list[dict[str, Any]] = [
        {"host": "127.0.0.1"},
        {"host": "a.example", "lookup": answering("127.0.0.1", "127.0.0.1")},
    ]
    for options in tries:
        client = netserve.create_connection(port=port, **options)
        watch_attempts(client, "client")
        watch(client, "client", "error")
        client.on(
            "connection_attempt_failed",
            lambda *_, client=client: trace("client", "state", client.connecting),
        )
        await once(client, "close")
        trace("client", "tried", tried(client))


play(main)
