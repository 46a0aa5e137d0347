"""The peer's end, behind data that waits, is told before our own finish."""

from tests.conformance.scenario import pair, play, sleep, watch


async def main() -> None:
    for way in ("end", "destroy_soon"):
        _, client, peer = await pair()
        client.end("bytes that wait")
        await sleep(0.05)
        watch(peer, "ended" if way == "end" else "destroyed", "end", "finish", "close")
        getattr(peer, way)()
        peer.resume()
        client.resume()


play(main)
