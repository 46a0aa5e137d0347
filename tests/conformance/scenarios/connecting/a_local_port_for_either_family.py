"""A local port that only the other family can have: the attempt that can not be made is passed
over without a word."""

import netserve
from tests.conformance.scenario import (
    alias,
    answering,
    local_port,
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
    other = netserve.create_server()
    listening = once(other, "listening")
    other.listen(port=local_port(), host="::", ipv6_only=True)
    await listening
    client = netserve.create_connection(
        port=alias(port_of(server), "<port>"),
        host="a.example",
        local_port=local_port(),
        lookup=answering("::1", "127.0.0.1"),
    )
    watch_attempts(client, "client")

    def on_connect() -> None:
        trace("client", "connected", client.local_port, tried(client))
        client.destroy()

    client.on("connect", on_connect)
    await once(client, "close")
    server.close()
    other.close()


play(main)
