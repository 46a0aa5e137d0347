"""What the system refuses at once is an attempt that failed where another address follows, and
only an error where none does."""

from typing import Any

import netserve
from tests.conformance.scenario import answering, deaf_port, once, play, trace, watch_attempts


async def main() -> None:
    port = await deaf_port()
    tries: list[dict[str, Any]] = [
        {"host": "255.255.255.255"},
        {"host": "a.example", "lookup": answering("255.255.255.255", "127.0.0.1")},
        {"host": "a.example", "lookup": answering("127.0.0.1", "255.255.255.255")},
    ]
    for options in tries:
        client = netserve.create_connection(port=port, **options)
        watch_attempts(client, "client")
        client.on(
            "error",
            lambda error: trace("client", "error", error.code, getattr(error, "errors", [error])),
        )
        await once(client, "close")


play(main)
