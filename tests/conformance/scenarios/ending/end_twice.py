"""A second end() is harmless; its callback waits for the finish, or learns that it is over."""

from tests.conformance.scenario import once, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    peer.resume()
    watch(client, "client", "error", "finish", "close")
    client.resume()
    closed = once(client, "close")
    client.end(callback=lambda error=None: trace("client", "first callback", error))
    client.end(callback=lambda error=None: trace("client", "second callback", error))
    await closed
    client.end(callback=lambda error=None: trace("client", "third callback", error))


play(main)
