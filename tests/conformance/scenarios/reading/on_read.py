"""on_read reads into one buffer again and again, instead of 'data'."""

import netserve
from tests.conformance.scenario import once, pair, play, trace


async def main() -> None:
    buffer = bytearray(1000)
    seen = bytearray()

    def on_read(nread: int, got: bytearray) -> None:
        if got is not buffer:
            trace("client", "another buffer")
        if nread > 1000:
            trace("client", "too much")
        seen.extend(got[:nread])

    options = {"on_read": netserve.OnRead(buffer, on_read)}
    _, client, peer = await pair(client_options=options)
    client.on("end", lambda: trace("client", "end", len(seen)))
    client.on("data", lambda _: trace("client", "data"))
    peer.resume()
    peer.end("x" * 50_000)
    await once(client, "close")
    trace("client", "bytes_read", client.bytes_read)


play(main)
