"""A server may destroy a connection as soon as it sees it."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        watch(peer, "server", "end", "error", "close")
        peer.destroy()
        trace("server", "destroyed", peer.destroyed)

    server = await serve(on_connection)
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    watch(client, "client", "connect", "end", "close")
    client.resume()
    await once(client, "close")
    server.close(lambda *_: trace("listener", "closed"))


play(main)
