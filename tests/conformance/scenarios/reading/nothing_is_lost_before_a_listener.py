"""What arrives before anyone listens waits for the first 'data' listener."""

from tests.conformance.scenario import collect, pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    client.write("early ")
    await sleep(0.05)
    client.end("late")
    await sleep(0.05)
    trace("server", "waiting", peer.readable_ended, peer.is_paused())
    collect(peer, "server")
    watch(peer, "server", "end", "close")


play(main)
