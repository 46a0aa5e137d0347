"""destroy() while connecting: 'close' comes, 'connect' never."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.resume().on("error", lambda _: None))
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    watch(client, "client", "connect", "ready", "error", "end", "close")
    closed = once(client, "close")
    client.destroy()
    trace("client", "destroy returned", client.destroyed, client.connecting)
    await closed
    server.close()


play(main)
