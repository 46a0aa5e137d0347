"""A socket whose connection was refused can connect again."""

import netserve
from tests.conformance.scenario import deaf_port, once, play, port_of, serve, trace, watch


async def main() -> None:
    client = netserve.Socket()
    watch(client, "client", "connect", "error", "end", "close")
    client.on("data", lambda chunk: trace("client", "data", chunk))
    client.connect(await deaf_port(), "127.0.0.1")
    await once(client, "close")
    server = await serve(lambda peer: peer.end("hello"))
    client.connect(port_of(server), "127.0.0.1")
    trace("client", "errored", client.errored)
    await once(client, "close")
    server.close()


play(main)
