"""An accepted socket knows the server that accepted it; a client has none."""

from tests.conformance.scenario import pair, play, trace


async def main() -> None:
    server, client, peer = await pair()
    trace("server", "server", peer.server is server)
    trace("client", "server", client.server)
    client.destroy()
    peer.resume()


play(main)
