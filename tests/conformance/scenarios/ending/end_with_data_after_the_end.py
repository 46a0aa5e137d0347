"""end() with data after both ends is a write after the end; write() says that nobody reads."""

from tests.conformance.scenario import once, pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    client.resume().on("error", lambda _: None)
    closed = once(client, "close")
    peer.end()
    await closed
    client.write("x", callback=lambda error: trace("client", "write", error.code))
    client.end("x", callback=lambda error: trace("client", "end", error.code))


play(main)
