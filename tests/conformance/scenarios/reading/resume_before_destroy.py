"""'resume' follows resume() even where destroy() came in between."""

from tests.conformance.scenario import pair, play, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(client, "client", "resume", "close")
    client.resume()
    client.destroy()
    peer.resume()


play(main)
