"""An attempt that takes too long is given up for the next address, which may be the one that
answers."""

import netserve
from tests.conformance.scenario import (
    SILENT,
    answering,
    once,
    play,
    port_of,
    serve_beside_silence,
    trace,
    tried,
    watch_attempts,
)


async def main() -> None:
    server = await serve_beside_silence()
    client = netserve.create_connection(
        port=port_of(server),
        host="a.example",
        lookup=answering(SILENT, "127.0.0.2", "127.0.0.1"),
        auto_select_family_attempt_timeout=0.05,
    )
    watch_attempts(client, "client")
    client.on("connection_attempt", lambda *_: trace("client", "connecting", client.connecting))

    def on_connect() -> None:
        trace("client", "connected", client.remote_address, client.connecting, tried(client))
        client.destroy()

    client.on("connect", on_connect)
    await once(client, "close")
    server.close()


play(main)
