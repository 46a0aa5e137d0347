"""The idle time of a socket runs while it connects, and is told of while it connects."""

import netserve
from tests.conformance.scenario import (
    SILENT,
    answering,
    once,
    play,
    silent_port,
    trace,
    watch,
    watch_attempts,
)


async def main() -> None:
    client = netserve.create_connection(
        port=silent_port(),
        host="a.example",
        lookup=answering(SILENT, "127.0.0.2"),
        timeout=0.03,
    )
    watch_attempts(client, "client")
    watch(client, "client", "error")

    def on_timeout() -> None:
        trace("client", "timeout", client.connecting)
        client.destroy()

    client.on("timeout", on_timeout)
    await once(client, "close")


play(main)
