"""reset_and_destroy() reaches the other side as ECONNRESET, and this one as a plain close."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "end", "error", "close")
    watch(peer, "server", "end", "error", "close")
    client.resume()
    peer.resume()
    trace("server", "reset", peer.reset_and_destroy() is peer, peer.destroyed)


play(main)
