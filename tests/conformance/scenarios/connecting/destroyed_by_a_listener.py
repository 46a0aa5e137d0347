"""A listener of any step may destroy the socket: no further step is taken."""

import netserve
from tests.conformance.scenario import (
    SILENT,
    answering,
    once,
    play,
    silent_port,
    trace,
    tried,
    watch,
    watch_attempts,
)


async def main() -> None:
    for event in ("lookup", "connection_attempt_failed", "connection_attempt_timeout"):
        client = netserve.create_connection(
            port=silent_port(),
            host="a.example",
            lookup=answering("127.0.0.2", SILENT, "127.0.0.3"),
            auto_select_family_attempt_timeout=0.02,
        )
        watch_attempts(client, "client")
        watch(client, "client", "error")
        client.once(event, lambda *_, client=client: client.destroy())
        await once(client, "close")
        trace("client", "tried", tried(client))


play(main)
