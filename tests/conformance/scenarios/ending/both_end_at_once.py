"""Both sides end at once: each sees the other's data, then its end, then 'close'."""

from tests.conformance.scenario import collect, pair, play, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "end", "close")
    watch(peer, "server", "end", "close")
    collect(client, "client")
    collect(peer, "server")
    client.end("from client")
    peer.end("from server")


play(main)
