"""The callback of an empty write waits for uncork(), too."""

from tests.conformance.scenario import pair, play, sleep, trace


async def main() -> None:
    _, client, peer = await pair()
    peer.resume()
    client.resume()
    client.cork()
    client.write("", callback=lambda _error=None: trace("client", "written"))
    await sleep(0.02)
    trace("client", "uncork")
    client.uncork()
    await sleep(0.02)
    client.end()


play(main)
