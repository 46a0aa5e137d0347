"""A local server's address is its path; its connections have no IP addresses."""

import netserve
from tests.conformance.scenario import collect, local_path, once, play, trace, watch


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        trace("server", "connection", peer.remote_address, peer.remote_port, peer.remote_family)
        peer.end("hello")

    path = local_path("s")
    server = netserve.create_server(on_connection)
    watch(server, "server", "listening", "close")
    listening = once(server, "listening")
    server.listen(path)
    await listening
    trace("server", "address", server.address())
    client = netserve.create_connection(
        path,
        listener=lambda: trace("client", "connect", client.remote_address, client.local_address),
    )
    collect(client, "client")
    watch(client, "client", "ready", "close")
    await once(client, "close")
    server.close()


play(main)
