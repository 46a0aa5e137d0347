"""A socket that has closed can connect again."""

import netserve
from tests.conformance.scenario import collect, once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.end("hello"))
    client = netserve.Socket()
    watch(client, "client", "connect", "ready", "end", "error", "close")
    collect(client, "client")
    for _ in range(2):
        client.connect(port_of(server), "127.0.0.1")
        trace("client", "connect returned", client.connecting, client.destroyed)
        await once(client, "close")
        trace("client", "state", client.destroyed, client.closed, client.ready_state)
    server.close()


play(main)
