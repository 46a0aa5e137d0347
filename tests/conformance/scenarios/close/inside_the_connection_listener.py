"""A server may close itself in its connection listener; that connection goes on."""

import netserve
from tests.conformance.scenario import collect, play, port_of, serve, trace, watch


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        trace("server", "connection")
        server.close(lambda *_: trace("server", "closed"))
        peer.end("only you")

    server = await serve(on_connection)
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    collect(client, "client")
    watch(client, "client", "close")


play(main)
