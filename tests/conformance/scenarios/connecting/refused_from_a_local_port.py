"""An attempt from a local port that was asked for fails with both ends in its error."""

from typing import Any

import netserve
from tests.conformance.scenario import deaf_port, local_port, once, play, watch, watch_attempts


async def main() -> None:
    port = await deaf_port()
    tries: list[dict[str, Any]] = [
        {"local_address": "127.0.0.2", "local_port": local_port()},
        {"local_address": "127.0.0.2"},
        {"local_port": local_port()},
    ]
    for options in tries:
        client = netserve.create_connection(port, "127.0.0.1", **options)
        watch_attempts(client, "client")
        watch(client, "client", "error")
        await once(client, "close")


play(main)
