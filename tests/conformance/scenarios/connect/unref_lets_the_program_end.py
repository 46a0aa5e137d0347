"""A connection whose ends were both unref'd keeps nothing alive."""

from tests.conformance.scenario import pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "close")
    watch(peer, "server", "close")
    client.resume()
    peer.resume()
    trace("client", "chains", client.unref() is client)
    trace("server", "chains", peer.unref() is peer)


play(main)
