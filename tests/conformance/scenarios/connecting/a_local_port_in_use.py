"""A local port that is in use: an error of bind, which no attempt comes before."""

from typing import Any

import netserve
from tests.conformance.scenario import (
    alias,
    answering,
    once,
    play,
    port_of,
    serve,
    trace,
    tried,
    watch_attempts,
)


async def main() -> None:
    server = await serve()
    port = alias(port_of(server), "<port>")
    tries: list[dict[str, Any]] = [
        {"host": "127.0.0.1", "local_address": "127.0.0.1"},
        {"host": "127.0.0.1"},
        {"host": "a.example", "lookup": answering("127.0.0.2", "127.0.0.3")},
    ]
    for options in tries:
        client = netserve.create_connection(port=port, local_port=port, **options)
        watch_attempts(client, "client")
        client.on(
            "error",
            lambda error: trace("client", "error", error.code, getattr(error, "errors", [error])),
        )
        await once(client, "close")
        trace("client", "tried", tried(client))
    server.close()


play(main)
