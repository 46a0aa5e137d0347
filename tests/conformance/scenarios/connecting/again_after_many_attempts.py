"""A socket whose attempts all failed may connect again from its close listener, and again has
several addresses to try."""

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
    server = await serve(lambda peer: peer.resume())
    port = alias(port_of(server), "<port>")
    client = netserve.Socket()
    watch_attempts(client, "client")
    client.on("error", lambda error: trace("client", "error", error.code))
    client.connect(port, "a.example", lookup=answering("127.0.0.2", "127.0.0.3"))
    await once(client, "close")
    trace("client", "tried", tried(client))
    client.connect(port, "a.example", lookup=answering("127.0.0.4", "127.0.0.1"))
    await once(client, "connect")
    trace("client", "tried", tried(client))
    client.destroy()
    server.close()


play(main)
