"""bytes_read and bytes_written count bytes, not characters, and outlive the connection."""

from tests.conformance.scenario import once, pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    peer.on("data", lambda chunk: peer.write(chunk))

    def counts(when: str) -> None:
        trace("client", when, client.bytes_read, client.bytes_written)

    counts("connected")
    client.write("naïve")
    trace("client", "written", client.bytes_written)
    await once(client, "data")
    counts("echoed")
    client.end("é")
    await once(client, "close")
    counts("closed")
    trace("server", "closed", peer.bytes_read, peer.bytes_written)


play(main)
