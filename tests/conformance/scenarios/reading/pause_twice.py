"""Pausing what is paused, or resuming what flows, tells nothing new."""

from tests.conformance.scenario import pair, play, sleep, watch


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    watch(peer, "server", "pause", "resume", "end", "close")
    peer.resume()
    await sleep(0.02)
    peer.pause()
    peer.pause()
    await sleep(0.02)
    peer.resume()
    peer.resume()
    await sleep(0.02)
    client.end()


play(main)
