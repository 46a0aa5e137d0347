"""A socket that was destroyed tells no 'timeout' any more."""

from tests.conformance.scenario import pair, play, sleep, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    peer.resume()
    watch(client, "client", "timeout", "close")
    client.set_timeout(0.05)
    client.destroy()
    await sleep(0.2)
    trace("client", "afterwards", client.destroyed)


play(main)
