"""local_address and local_port choose where a connection comes from."""

import netserve
from tests.conformance.scenario import deaf_port, once, play, port_of, serve, trace


async def main() -> None:
    port = await deaf_port()

    def on_connection(peer: netserve.Socket) -> None:
        trace("server", "connection", peer.remote_address, peer.remote_port)
        peer.resume()

    server = await serve(on_connection)
    client = netserve.create_connection(
        port=port_of(server), host="127.0.0.1", local_address="127.0.0.2", local_port=port
    )

    def on_connect() -> None:
        trace("client", "connect", client.local_address, client.local_port, client.local_family)
        client.destroy()

    client.on("connect", on_connect)
    await once(client, "close")
    server.close()


play(main)
