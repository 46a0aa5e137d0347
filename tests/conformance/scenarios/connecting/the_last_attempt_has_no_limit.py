"""The attempt that none can follow may take as long as it likes; a socket that is destroyed
meanwhile says that the attempt was called off."""

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
    watch_attempts,
)


async def main() -> None:
    client = netserve.create_connection(
        port=silent_port(),
        host="a.example",
        lookup=answering("127.0.0.2", SILENT),
        auto_select_family_attempt_timeout=0.01,
    )
    watch_attempts(client, "client")
    later(0.2, lambda: client.destroy())
    await once(client, "close")
    trace("client", "tried", tried(client), client.connecting)


play(main)
