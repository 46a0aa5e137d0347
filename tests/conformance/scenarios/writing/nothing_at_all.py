"""Writing nothing is allowed: the callback runs, the other side sees nothing."""

from tests.conformance.scenario import collect, pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    collect(peer, "server")
    client.resume()
    accepted = client.write("", callback=lambda *_: trace("client", "first callback"))
    trace("client", "write", accepted)
    client.write(b"", callback=lambda *_: trace("client", "second callback"))
    client.end("", callback=lambda *_: trace("client", "end callback", client.bytes_written))


play(main)
