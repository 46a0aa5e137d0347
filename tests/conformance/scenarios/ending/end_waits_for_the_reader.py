"""'end' comes only after the data has been taken, however late a reader comes."""

from tests.conformance.scenario import collect, pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    watch(peer, "server", "end", "close")
    client.resume()
    client.end("patience")
    await sleep(0.05)
    trace("server", "before reading", peer.readable_ended, peer.destroyed)
    collect(peer, "server")


play(main)
