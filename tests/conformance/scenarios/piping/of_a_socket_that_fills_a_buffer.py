"""A source that reads into a buffer of its own pipes no bytes, but its end."""

from netserve import OnRead
from tests.conformance.scenario import collect, pair, play, trace


def on_read(count: int, buffer: bytearray) -> None:
    trace("source", "on_read", bytes(buffer[:count]))


async def main() -> None:
    left = await pair(client_options={"on_read": OnRead(bytearray(100), on_read)})
    right = await pair()
    left.peer.resume()
    right.client.resume()
    left.client.pipe(right.client)
    collect(right.peer, "far end")
    left.peer.end("hello")


play(main)
