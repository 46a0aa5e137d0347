"""reset_and_destroy() while connecting waits for the connection, then resets it."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        peer.on("error", lambda error: trace("server", "error", error.code))
        peer.resume()

    server = await serve(on_connection)
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    watch(client, "client", "connect", "error", "close")
    client.reset_and_destroy()
    trace("client", "returned", client.destroyed, client.connecting)
    await once(client, "close")
    server.close()


play(main)
