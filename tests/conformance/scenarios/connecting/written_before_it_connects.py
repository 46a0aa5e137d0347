"""What is written before there is a connection waits through all attempts and goes out once."""

import netserve
from tests.conformance.scenario import (
    SILENT,
    answering,
    collect,
    once,
    play,
    port_of,
    serve_beside_silence,
    trace,
    watch_attempts,
)


async def main() -> None:
    server = await serve_beside_silence(lambda peer: collect(peer, "server"))
    client = netserve.create_connection(
        port=port_of(server),
        host="a.example",
        lookup=answering("127.0.0.2", SILENT, "127.0.0.1"),
        auto_select_family_attempt_timeout=0.02,
    )
    watch_attempts(client, "client")
    client.write("hello, ")
    client.write("world", callback=lambda _: trace("client", "written"))
    trace("client", "state", client.bytes_written, client.pending, client.ready_state)
    client.on("ready", lambda: client.end())
    await once(client, "close")
    server.close()


play(main)
