"""When all attempts fail, the code is that of the first: ETIMEDOUT, if it took too long."""

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
    client = netserve.create_connection(
        port=silent_port(),
        host="a.example",
        lookup=answering(SILENT, "127.0.0.2"),
        auto_select_family_attempt_timeout=0.02,
    )
    watch_attempts(client, "client")
    client.on("error", lambda error: trace("client", "error", error.code, error.errors))
    await once(client, "close")


play(main)
